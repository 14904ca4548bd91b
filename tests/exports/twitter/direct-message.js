window.YTD.direct_message.part0 = [
 {
  "dmConversation": {
   "conversationId": "1-2",
   "messages": [
    {
     "messageCreate": {
      "recipientId": "1",
      "text": "yes &amp; on time",
      "mediaUrls": [],
      "senderId": "2",
      "id": "12",
      "createdAt": "2019-03-01T19:03:00.000Z"
     }
    },
    {
     "welcomeMessageCreate": {
      "recipientId": "2",
      "text": "practice is at five",
      "mediaUrls": [],
      "senderId": "1",
      "id": "11",
      "createdAt": "2019-03-01T19:02:00.000Z"
     }
    }
   ]
  }
 }
]
