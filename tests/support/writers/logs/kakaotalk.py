"""KakaoTalk's export from a computer."""

from grooming_risk.conversation import MessageKind


def write(conversation, path, names, identifier):
    """The format has no conversation's identifier; times have minutes; a text has one line."""
    lines, day = ["Chat 님과 카카오톡 대화", "저장한 날짜 : 2026-03-05 10:00:00", ""], None
    for message in conversation:
        sent = message.sent_at
        if sent.date() != day:
            day = sent.date()
            lines.append(f"--------------- {day.year}년 {day.month}월 {day.day}일 일요일 ---------------")
        text = "삭제된 메시지입니다." if message.kind is MessageKind.DELETED else message.text or "사진"
        half = "오전" if sent.hour < 12 else "오후"
        lines.append(f"[{names[message.speaker]}] [{half} {sent.hour % 12 or 12}:{sent:%M}] {text}")
    path.write_text("\n".join(lines) + "\n", encoding="utf-8", newline="")
