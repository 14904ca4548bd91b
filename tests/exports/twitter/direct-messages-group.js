window.YTD.direct_messages_group.part0 = [
 {
  "dmConversation": {
   "conversationId": "9",
   "messages": [
    {
     "messageCreate": {
      "senderId": "7",
      "text": "hello",
      "createdAt": "2026-03-01T19:03:00.000Z"
     }
    },
    {
     "participantsJoin": {
      "userIds": [
       "8"
      ],
      "initiatingUserId": "7",
      "createdAt": "2026-03-01T19:02:00.000Z"
     }
    }
   ]
  }
 }
]
