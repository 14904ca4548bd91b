window.YTD.direct_messages.part0 = [
 {
  "dmConversation": {
   "conversationId": "1-2",
   "messages": [
    {
     "messageCreate": {
      "recipientId": "1",
      "senderId": "2",
      "text": "",
      "mediaUrls": [
       "https://x"
      ],
      "id": "12",
      "createdAt": "2026-03-01T19:03:00.000Z"
     }
    },
    {
     "messageCreate": {
      "recipientId": "2",
      "senderId": "1",
      "text": "hi &lt;3",
      "mediaUrls": [],
      "id": "11",
      "createdAt": "2026-03-01T19:02:00.000Z"
     }
    }
   ]
  }
 }
]
