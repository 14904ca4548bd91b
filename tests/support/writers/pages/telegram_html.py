"""`messages.html` of Telegram Desktop."""

from html import escape

from grooming_risk.conversation import MessageKind

HEAD = """<!DOCTYPE html>
<html>

 <head>

  <meta charset="utf-8"/>
<title>Exported Data</title>
  <meta content="width=device-width, initial-scale=1.0" name="viewport"/>

  <link href="css/style.css" rel="stylesheet"/>

  <script src="js/script.js" type="text/javascript">

  </script>

 </head>

 <body onload="CheckLocation();">

  <div class="page_wrap">

   <div class="page_header">

    <div class="content">

     <div class="text bold">
Chat
     </div>

    </div>

   </div>

   <div class="page_body chat_page">

    <div class="history">
"""


def write(conversation, path, names, identifier):
    """The format has no conversation's identifier and no edits; a text has one line; a notice has no time."""
    blocks = []
    for number, message in enumerate(conversation):
        if message.kind is MessageKind.SYSTEM:
            blocks.append(
                f'<div class="message service" id="message{number}">\n<div class="body details">x</div></div>'
            )
            continue
        at = f"{message.sent_at:%d.%m.%Y %H:%M:%S} UTC+00:00"
        text = f'<div class="text">\n{escape(message.text)}\n       </div>' if message.text else (
            '<div class="media_wrap clearfix"><div class="title bold">Photo</div></div>'
        )  # fmt: skip
        blocks.append(
            f'<div class="message default clearfix" id="message{number}">\n\n      <div class="body">\n\n'
            f'<div class="pull_right date details" title="{at}">{message.sent_at:%H:%M}</div>\n'
            f'<div class="from_name">\n{escape(names[message.speaker])} \n       </div>\n{text}</div></div>'
        )
    path.write_text(f"{HEAD}{''.join(blocks)}</div></div></div></body></html>", encoding="utf-8", newline="")
