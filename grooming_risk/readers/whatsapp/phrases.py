"""Texts that WhatsApp itself writes into an export, by language.

Source, read on 2026-11-23: the tables of starkdmi/whats_json (lib/src, collected there from the translation files of
WhatsApp for Android 2.8 to 2.24 and for iPhone 22.24.81, keys named beside each table) and of mlomb/chat-analytics
(pipeline/parse/parsers/WhatsApp.ts); edited, view-once and poll wordings from parsers that quote real exports. Older
wordings are kept beside newer ones. Phrases are compared after `plain`, so case, direction marks, final stops and angle
brackets do not matter. A wording that is missing here is scored as if the sender had written it.
"""

from __future__ import annotations

MARKS = "\u200e\u200f\u061c\u200b\u200c\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff"
_DROPPED = str.maketrans({**dict.fromkeys(MARKS), "\u00a0": " ", "\u202f": " "})


def plain(text: str) -> str:
    """Normalize a text for comparison: without direction marks, case, outer brackets and final stop."""
    return text.translate(_DROPPED).strip().strip("<>").strip().rstrip(".。।۔").strip().casefold()


def _phrases(*tables: str) -> frozenset[str]:
    return frozenset(plain(phrase) for table in tables for phrase in table.replace("\n", "").split("|"))


# iPhone qBly], GHe7G, S?EA5; Android revoked_msg_incoming, revoked_msg_outgoing.
DELETED = _phrases(
    """This message was deleted|הודעה זו נמחקה|Данное сообщение удалено|Это сообщение удалено|
Ce message a été supprimé|Questo messaggio è stato eliminato|Esta mensagem foi apagada|Se eliminó este mensaje|
Αυτό το μήνυμα διαγράφηκε|Це повідомлення було видалено|Diese Nachricht wurde gelöscht|تم حذف هذه الرسالة|
এই মেসেজটি বাদ দেওয়া হয়েছে|此訊息已刪除|这条消息已被删除|Tin nhắn này đã bị xóa|یہ میسج حذف کر دیا گیا ہے|
Bu mesaj silindi|ข้อความนี้ถูกลบแล้ว|Det här meddelandet raderades|Táto správa bola odstránená|
Ta wiadomość została usunięta|Acest mesaj a fost șters|Mensagem apagada|Dit bericht is verwijderd|
Denne meldingen ble slettet|Mesej ini telah dipadam|हा मेसेज हटवण्यात आला|이 메시지는 삭제되었습니다|
このメッセージは削除されました|Ez az üzenet törlésre került|Pesan ini dihapus|Ova je poruka izbrisana|
यह मैसेज डिलीट कर दिया गया है|આ મેસેજ ડિલીટ કરાયો|Scriosadh an teachtaireacht seo|Tämä viesti poistettiin|
این پیام حذف شده است|Denne besked er blevet slettet|Tato zpráva byla smazána|Aquest missatge s'ha suprimit|
Itong mensahe ay binura na|Aquest missatge està esborrat|Tato zpráva byla odstraněna|信息已删除|
Pesan ini telah dihapus|Šī ziņa tika izdzēsta|Denne besked blev slettet|हा संदेश हटविण्यात आला होता|Бұл хат жойылды|
આ સંદેશ રદ્દ કરાયો|यह संदेश मिटाया गया|Ushbu xabar o‘chirildi|Tin nhắn này đã bị xoá|Detta meddelande raderades|
To sporočilo je bilo izbrisano|یہ پیغام حذف کیا گیا|Ujumbe huu ulifutwa|இத்தகவல் திரும்பப்பெறப்பட்டது|ข้อความนี้ได้ถูกลบ|
این پیام حذف شد|Ši žinutė buvo ištrinta|Este mensaje fue eliminado|See sõnum on kustutatud|
Ova poruka je izbrisana|Съобщението беше изтрито|এই বার্তাটি মুছে ফেলা হয়েছে|Hierdie boodskap was uitgevee|
Bu ismarıc silindi|ഈ സന്ദേശം ഇല്ലാതാക്കിയതാണ്|Оваа порака беше избришана|ಈ ಸಂದೇಶವು ಅಳಿಸಲ್ಪಟ್ಟಿದೆ|
Esta mensagem foi apagada pelo remetente|Ова порука је обрисана|ਇਸ ਸੁਨੇਹੇ ਨੂੰ ਹਟਾਇਆ ਗਿਆ|
This message was deleted by an admin""",
    """You deleted this message|מחקת את ההודעה הזו|Вы удалили это сообщение|Вы удалили данное сообщение|
Vous avez supprimé ce message|Hai eliminato questo messaggio|Apagou esta mensagem|Eliminaste este mensaje|
Διαγράψατε αυτό το μήνυμα|Διαγράψατε το μήνυμα|Ви видалили це повідомлення|Du hast diese Nachricht gelöscht|
لقد حذَفت هذه الرسالة|أنت حذفت هذه الرسالة|আপনি এই মেসেজটি বাদ দিয়েছেন|您已刪除此訊息|您已删除这条消息|
Bạn đã xóa tin nhắn này|Bạn đã xoá tin nhắn này|آپ نے یہ میسج حذف کر دیا ہے|Bu mesajı sildiniz|คุณได้ลบข้อความนี้|
Du har tagit bort meddelandet|Du raderade det här meddelandet|Túto správu ste odstránili|
Usunąłeś(-ęłaś) tę wiadomość|Usunąłeś(aś) tę wiadomość|Ați șters acest mesaj|U hebt dit bericht verwijderd|
Je hebt dit bericht verwijderd|Du slettet denne meldingen|Anda telah memadamkan mesej ini|तुम्ही हा मेसेज हटवला|
삭제한 메시지입니다|이 메시지를 삭제했습니다|このメッセージを削除しました|Ezt az üzenetet törölted|
Törölted ezt az üzenetet|Anda menghapus pesan ini|Izbrisali ste ovu poruku|आपने यह मैसेज डिलीट किया|
તમે આ મેસેજ ડિલીટ કર્યો|Scrios tú an teachtaireacht seo|Poistit tämän viestin|شما این پیام را حذف کردید|
Du har slettet denne besked|Tuto zprávu jste smazal/a|Has suprimit aquest missatge|Binura mo itong mensahe|
您已删除此訊息|Has esborrat aquest missatge|Tuto zprávu jste odstranil/a|您删除这个信息|
Anda telah menghapus pesan ini|Jūs izdzēsāt šo ziņu|Du slettede denne besked|आपण हा संदेश हटविलात|
Сіз бұл хатты жойдыңыз|તમે આ સંદેશને રદ્દ કર્યો|מחקת הודעה זו|Você apagou esta mensagem|आपने यह संदेश मिटाया|
Siz ushbu xabarni o‘chirdingiz|Du raderade detta meddelande|To sporočilo ste izbrisali|آپ نے اس پیغام کو حذف کیا|
Umefuta ujumbe huu|இத்தகவலை தாங்கள் அழித்தீர்கள்|คุณลบข้อความนี้|Jūs ištrynėte šią žinutę|Kustutasid selle sõnumi|
Изтрихте това съобщение|আপনি এই বার্তাটি মুছে ফেলেছেন|Jy het boodskap uitgevee|Siz bu ismarıcı sildiniz|
ഈ സന്ദേശം നിങ്ങൾ ഇല്ലാതാക്കി|Ја избриша оваа порака|ನೀವು ಈ ಸಂದೇಶವನ್ನು ಅಳಿಸಿದ್ದೀರಿ|Обрисао/ла си ову поруку|
ਤੁਸੀਂ ਇਹ ਸੁਨੇਹਾ ਹਟਾਇਆ|You deleted this message as admin""",
)

# iPhone n*sq0 (image), I4|vp (video), a86Wu (audio), 2K_mB (sticker), ~.KLq (GIF), Sk+0p (contact), StaLC (document).
OMITTED = _phrases(
    """image omitted|התמונה הושמטה|изображение отсутствует|image absente|immagine omessa|imagem não revelada|
imagen omitida|εικόνα παραλείφθηκε|зображення відсутнє|Bild weggelassen|لم يتم إدراج الصورة|ইমেজ বাদ দেওয়া হয়েছে|
圖片已略去|圖像已省略|照片已忽略|đã bỏ qua hình ảnh|تصویر نکال دی گئی ہے|görüntü dahil edilmedi|ไม่มีรูปภาพ|
bild utesluten|obrázok vynechaný|obraz pominięty|Imagine omisă|imagem ocultada|afbeelding weggelaten|
bilde ikke inkludert|imej tidak dimasukkan|इमेज वगळली|이미지 생략됨|画像は含まれていません|kép küldése sikertelen|
gambar tidak disertakan|slika izostavljena|फ़ोटो हटाई गई|છબી પડતી મૂકાઈ|íomhá ligthe ar lár|ei kuvaa|تصویر حذف شد|
billede udeladt|obrázek vynechán|Imatge omesa""",
    """video omitted|video note omitted|video message omitted|סרטון הווידאו הושמט|видео отсутствует|
vidéo absente|video omesso|vídeo não revelado|Video omitido|βίντεο παραλείφθηκε|відео відсутнє|Video weggelassen|
لم يتم إدراج الفيديوهات|ভিডিও বাদ দেওয়া হয়েছে|影片已略去|影片已省略|视频已忽略|đã bỏ video|ویڈیو نظرانداز|
video dahil edilmedi|วิดีโอถูกลบ|video utesluten|video vynechané|wideo pominięte|clip video omis|vídeo omitido|
video weggelaten|video utelatt|video tidak dimasukkan|व्हिडीओ वगळला|비디오 생략됨|ビデオは含まれていません|
Videó kihagyva|video tidak disertakan|video izostavljen|वीडियो छोड़ा गया|વિડિયો પડતી મુકાઈ|físeán ligthe ar lár|
videota ei sisällytetä|ویدیو حذف شد|video udeladt|video vynecháno|vídeo omès""",
    """audio omitted|קטע קול הושמט|аудиофайл отсутствует|audio omis|audio omesso|ficheiro de áudio não revelado|
audio omitido|ήχος παραλείφθηκε|аудіо відсутнє|Audio weggelassen|لم يتم إدراج المقاطع الصوتية|
অডিও বাদ দেওয়া হয়েছে|音訊已略去|音訊已省略|音频已忽略|bỏ qua tệp âm thanh|آڈیو نظرانداز|ses dahil edilmedi|
ไม่มีไฟล์เสียง|ljud utelslutet|zvuk vynechaný|audio pominięte|fără audio|áudio ocultado|audio weggelaten|lyd utelatt|
audio tidak dimasukkan|ऑडिओ वगळला|오디오 생략됨|音声は含まれていません|Hang kihagyása|audio tidak disertakan|
zvuk izostavljen|ऑडियो हटाई गयी|ઓડિયો ફાઇલ શામેલ કરી નથી|comhad fuaime ar lár|äänitiedostoa ei sisällytetä|
صدا حذف شد|lyd udeladt|zvukový soubor vynechán|Àudio omès""",
    """sticker omitted|סטיקר הושמט|стикер не добавлен|sticker omis|sticker non incluso|sticker não revelado|
sticker omitido|αυτοκόλλητο παραλήφθηκε|Наклейку не додано|Sticker weggelassen|تم حذف الملصقات|
স্টিকার বাদ দেওয়া হয়েছে|貼圖已略去|貼圖已忽略|贴图已省略|đã bỏ sticker|اسٹیکر نظرانداز|Çıkartma dahil edilmedi|
ไม่มีสติกเกอร์|sticker utesluten|nálepka vynechaná|pominięto naklejkę|figurinha omitida|sticker weggelaten|
klistremerke utelatt|pelekat tidak disertakan|स्टिकर वगळले|스티커 제외됨|スタンプは含まれていません|
matrica kihagyva|stiker tidak disertakan|naljepnica izostavljena|स्टिकर छोड़ा गया|સ્ટીકર પડતું મુકાયું|
fágadh an greamán ar lár|tarraa ei sisällytetty|استیکر حذف شد|klistermærke udeladt|nálepka vynechána|adhesiu omès""",
    """GIF omitted|GIF הושמט|GIF отсутствует|GIF retiré|GIF esclusa|GIF não revelada|GIF omitido|Παράληψη GIF|
GIF-анімацію пропущено|GIF weggelassen|لم يتم إدراج صورة GIF|জিআইএফ বাদ দেওয়া হয়েছে|GIF 已略去|GIF 圖片已被省略|
GIF 动态图已被忽略|Đã bỏ qua ảnh GIF|GIF نظرانداز|GIF dahil edilmedi|ละเว้น GIF|GIF utesluten|GIF vynechaný|
Plik GIF pominięty|GIF omis|GIF weggelaten|GIF utelatt|GIF tidak dimasukkan|GIF वगळले|GIF 생략됨|
GIFは含まれていません|GIF fájl kihagyása|GIF tidak disertakan|GIF izostavljen|GIF छोड़ा गया|GIF પડતી મૂકાઈ|
GIF ligthe ar lár|GIF-animaatio jätetty pois|GIF حذف شد|GIF udeladt|GIF vynechán|GIF omès""",
    """Contact card omitted|כרטיס איש קשר הושמט|Карточка контакта отсутствует|Fiche contact manquante|
Scheda contatto omessa|Contacto não revelado|Tarjeta de contacto omitida|Η κάρτα επαφής παραλήφθηκε|
Картка контакту відсутня|Kontaktkarte ausgelassen|لم يتم إدراج بطاقة جهة اتصال|পরিচিতির কার্ড বাদ দেওয়া হয়েছে|
聯絡人卡片已略去|聯絡人卡片已省略|联系人卡片已忽略|Bỏ qua thẻ liên lạc|رابطہ کارڈ نظر انداز|
Kişi kartı dahil edilmedi|บัตรรายชื่อที่ละเว้น|Kontaktkort uteslutet|Karta kontaktu vynechaná|
Pominięta wizytówka kontaktu|Carte de vizită contact omisă|Cartão do contato omitido|Visitekaartje weggelaten|
Kontaktkort sløyfet|Kad kenalan tidak dimasukkan|संपर्क कार्ड वगळले|연락처 카드 생략됨|連絡先カードを省略|
Névjegykártya kihagyva|Kartu kontak tidak disertakan|Posjetnica izostavljena|कॉन्टैक्ट कार्ड छोड़ा गया|
સંપર્કનું કાર્ડ પડતું મૂકાયું|Cárta teagmhála ar lár|Yhteystietokortti jätettiin pois|برگ مخاطب حذف شد|Kontaktkort udeladt|
Vizitka vynechána|Targeta de contacte omesa""",
    """document omitted|מסמך הושמט|документ отсутствует|document manquant|documento omesso|
documento não revelado|documento omitido|έγγραφο παραλείφθηκε|документ пропущено|Dokument weggelassen|
لم يتم إدراج المستند|ডকুমেন্ট বাদ দেওয়া হয়েছে|文件已略去|文件已忽略|文档已省略|đã bỏ qua tài liệu|دستاویز نظرانداز|
belge dahil edilmedi|ละเว้นเอกสาร|dokument uteslutet|dokument vynechaný|dokument pominięty|document omis|
document weggelaten|utelatt dokument|dokumen tidak dimasukkan|डॉक्युमेंट वगळले|문서 생략됨|
ドキュメントは含まれていません|dokumentum kihagyva|dokumen tidak disertakan|dokument izostavljen|डॉक्यूमेंट छोड़ा गया|
ડોક્યુમેન્ટ સામેલ કર્યું નહિ|cáipéis ligthe ar lár|dokumenttia ei sisällytetä|سند حذف شد|dokument udeladt|
dokument vynechán|Document omès""",
    # Android export_media_omitted and email_media_omitted, 2012 to 2024.
    """Media omitted|Conținut media omis|మాధ్యమం విస్మరించబడింది|మీడియా విస్మరించబడింది|Файл пропущен|Без медиафайлов|
Walang kalakip na media|ınalis ang media|忽略多媒體檔|Media omesso|media omessi|Mitjans omesos|
fitxers multimèdia omesos|Média vynechána|Média vynechány|省略多媒体文件|Media tidak disertakan|
メディアは含まれていません|メディアなし|Εξαίρεση πολυμέσων|αρχείο παραλήφθηκε|Bez multivides|
nav iekļauta multivide|Mediefil udeladt|medier udeladt|मीडिया वगळले|मीडिया वगळण्यात आला|Файл қосылған жоқ|
файлдар қосылмаған|મીડિયા અવગણાયું|મીડિયા અવગણવામાં આવ્યા|મિડિયા છોડી મૂકાયું|מדיה הושמטה|המדיה הוסרה|המדיה לא נכללה|
Media disingkirkan|media dikecualikan|Mídia omitida|Arquivo de mídia oculto|मीडिया के बिना|
Fayl o‘tkazib yuborildi|pliki pominięto|pominięto multimedia|Bỏ qua Media|bỏ qua tệp phương tiện|Pa media|
media u hoq|Media hequr|Media har utelämnats|media utelämnat|Medij izpuščen|datoteke izpuščene|Médiá vynechané|
میڈیا چھوڑ دیا گیا|میڈیا ہٹا دیا گیا|Media imerukwa|media hazijajumuishwa|Medya atlanmış|Medya dahil edilmedi|
ஊடகங்கள் நீக்கப்பட்டது|கோப்புகள் விடப்பட்டன|สื่อถูกลบ|ไฟล์สื่อถูกลบ|پيوست نما/آهنگ حذف شد|رسانه حذف شد|Praleistas medijos turinys|
medija praleista|Uten vedlegg|media utelatt|Media jätetty pois|media jätettiin pois|Fichier omis|Médias omis|
Archivo omitido|Multimedia omitido|Media omitida|Meedia ära jäetud|meedia välja jäetud|
Medijski zapis izostavljen|Hiányzó médiafájl|média elhagyva|Media weggelaten|Без файл|মিডিয়া বাদ দেওয়া হয়েছে|
Media weggelaat|Medien weggelassen|Medien ausgeschlossen|Medien fehlen|Media çıxarılmışdır|media buraxıldı|
미디어 파일을 생략한 대화내용|미디어 파일 제외됨|മീഡിയ ഒഴിവാക്കി|Без фајл|без фајлови|ಮೀಡಿಯಾ ಕೈಬಿಡಲಾಗಿದೆ|
ಮಾಧ್ಯಮ ಕೈಬಿಡಲಾಗಿದೆ|تم استبعاد الوسائط|ملفات مفقودة|Ficheiro não revelado|Медіа пропущено|Медіа відсутня|
медији су изостављени|ਮੀਡੀਆ ਛੱਡਿਆ ਗਿਆ|ਮੀਡੀਆ ਛੱਡਿਆ|ບໍ່ລວມມີເດຍ|Média manquante|Media mancante|
Αποχρεωτική παραλαβή μέσων""",
    # Android email_live_location_message.
    """live location shared|locație în timp real distribuită|ప్రత్యక్ష స్థాన భాగస్వామ్యం|Геоданные отправлены|
ibinahagi ang live na lokasyon|實時位置已分享|posizione attuale condivisa|Ubicació en directe compartida|
byla sdílena aktuální poloha|共享实时位置|Lokasi terkini dibagikan|ライブロケーション共有|
η τωρινή τοποθεσία κοινοποιήθηκε|reāllaika atrašanās vieta|live placering delt|सध्याचे थेट ठिकाण शेअर केले|
қазіргі орынмен бөлісті|જીવંત સ્થાન શેર કરાયું|משתף מיקום בשידור חי|lokasi terkini dikongsi|
localização atual compartilhada|लाइव स्थान साझा किया गया|jonli joylashuv ulashildi|
udostępniona transmisja położenia|vị trí hiện thời được chia sẻ|vendnodhja aktuale u shpërnda|liveposition delad|
lokacija v živo je bila deljena|bola zdieľaná aktuálna poloha|جاری مقام کا اشتراک ہوا|
mahali mubashara pameshirikishwa|Mevcut konum paylaşıldı|இடம் நேரலையாக பகிரபட்டது|ตำแหน่งปัจจุบันถูกแบ่งปัน|
مکان زنده به اشتراک گذاشته شد|tiesioginė vieta bendrinama|posisjon i sanntid delt|live-sijainti jaettu|
Localisation en direct partagée|ubicación en tiempo real compartida|hetke asukoht jagatud|
trenutna lokacija podijeljena|tartózkodási hely megosztva|live locatie gedeeld|
местоположение в реално време споделено|লাইভ অবস্থান শেয়ার করা হয়েছে|regstreekse ligging gedeel|
Live-Standort wird geteilt|canlı məkan paylaşılıb|공유한 실시간 위치|ലൈവ് ലൊക്കേഷൻ പങ്കിട്ടു|
споделено локација во живо|ನೇರ ಸ್ಥಳ ಹಂಚಿಕೊಳ್ಳಲಾಗಿದೆ|تمت مشاركة الموقع المباشر|Está a partilhar a sua localização|
геодані надіслано|Локација уживо подељена|ਮੌਜੂਦਾ ਟਿਕਾਣਾ ਸਾਂਝਾ ਕੀਤਾ""",
    # Messages that open only on the phone; "null" is what Android writes for a picture to be seen once.
    """null|You received a view once message. For added privacy, you can only open it on your phone|
You received a view once message. For added privacy, you can only open it on the WhatsApp app|
You sent a view once message. For added privacy, you can only open it on your phone|
Recibiste un mensaje de visualización única. Para mayor privacidad, solo puedes abrirlo en tu teléfono|
No se puede mostrar este mensaje aquí. Para verlo, abre WhatsApp en tu teléfono|Waiting for this message|
Waiting for this message. This may take a while|⌛️ Waiting for this message. This may take a while""",
)

# iPhone A),w/, f/]I7, PnA`x; Android missed_voice_call, video_missed_call.
CALLS = _phrases(
    """Missed voice call|Missed group voice call|שיחה קולית שלא נענתה|Пропущенный аудиозвонок|Appel vocal manqué|
Chiamata vocale persa|Chamada de voz perdida|Llamada perdida|Llamada de voz perdida|Αναπάντητη φωνητική κλήση|
Αναπάντητη κλήση|Пропущений аудіодзвінок|Verpasster Sprachanruf|مكالمة صوتية فائتة|ভয়েস কল মিস করেছেন|
মিসড ভয়েস কল|未接語音通話|未接语音通话|Cuộc gọi nhỡ|مسڈ وائس کال|چھوٹی ہوئی صوتی کال|Cevapsız sesli arama|
สายที่ไม่ได้รับ|Missat röstsamtal|Missat samtal|Zmeškaný hovor|Zmeškaný hlasový hovor|Nieodebrane poł. głosowe|
Nieodebrane połączenie|Nieodebrane poł|Apel vocal ratat|Apel vocal nepreluat|Gemist spraakgesprek|
Gemiste spraakoproep|Tapt taleanrop|Panggila suara terlepas|Panggilan suara terlepas|मिस्ड व्हॉइस कॉल|부재중 전화|
音声通話不在着信|不在着信|Nem fogadott hanghívás|Panggilan suara tak terjawab|Tak Terjawab|
Propušteni glasovni poziv|Propušten glasovni poziv|वॉइस कॉल मिस हुई|मिस्ड वॉइस कॉल|छूटी हुई ध्वनि कॉल|
છૂટી ગયેલો વોઇસ કૉલ|છૂટેલો વોઇસ કૉલ|છૂટી ગયેલ ધ્વનિ કૉલ|Guthghlao caillte|Glao Gutha Caillte|Vastaamaton äänipuhelu|
تماس صوتی پاسخ داده نشده|Ubesvaret taleopkald|Mistet opkald|Trucada de veu perduda|మిస్సేడ్ వాయిస్ కాల్|
Nakaligtaang voice call|Neatbildēts balss zvans|Жауапсыз қоңырау|O‘tkazib yub. ovozli qo‘ng‘iroq|
Thirrje e shmangur|Zgrešen klic|Simu ya sauti uliyoikosa|தவறிய குரல் அழைப்பு|Praleistas balso skambutis|
Vastamata häälkõne|Пропуснато гласово обаждане|Stemoproep gemis|Buraxılmış zəng|വിളി നഷ്ടപ്പെട്ടു|
Пропуштен гласовен повик|ತಪ್ಪಿದ ಧ್ವನಿ ಕರೆ|Пропуштен гласовни позив|ਮਿਸ ਹੋਈ ਆਵਾਜ਼ ਕਾਲ""",
    """Missed video call|Missed group video call|שיחת וידאו שלא נענתה|Пропущенный видеозвонок|Appel vidéo manqué|
Videochiamata persa|Videochamada perdida|Videollamada perdida|Αναπάντητη βιντεοκλήση|Пропущений відеодзвінок|
Verpasster Videoanruf|مكالمة فيديو فائتة|ভিডিও কল মিস করেছেন|মিস করা ভিডিও কল|未接視像通話|未接视频通话|
Cuộc gọi nhỡ video|مسڈ ویڈیو کال|چھوٹی ہوئی ویڈیو کال|Cevapsız görüntülü arama|วิดีโอคอลที่ไม่ได้รับ|สายโทรวิดีโอที่ไม่ได้รับ|
Missat videosamtal|Zmeškaný videohovor|Nieodebrane poł. wideo|Apel video ratat|Apel video nepreluat|
Chamada de vídeo perdida|Gemist videogesprek|Gemiste video-oproep|Tapt videoanrop|Tapt videosamtale|
Panggilan video terlepas|मिस्ड व्हिडिओ कॉल|부재중 영상통화|ビデオ通話不在着信|Nem fogadott videohívás|
Nem fogadott videóhívás|Panggilan video tak terjawab|Propušteni videopoziv|Propušten video poziv|मिस्ड वीडियो कॉल|
छूटी हुई विडियो कॉल|છૂટી ગયેલ વિડિયો કૉલ|છૂટી ગયેલ વિડિઓ કૉલ|Físghlao caillte|Vastaamaton videopuhelu|
تماس تصویری بیپاسخ|تماس تصویری پاسخ داده نشده|Ubesvaret videoopkald|Mistede video opkald|Videotrucada perduda|
Trucada de vídeo perduda|తప్పిన వీడియోకాల్|Nakaligtaang video call|Neatbildēts video zvans|Жауапсыз видео қоңырау|
O‘tkazib yub. videoqo‘ng‘iroq|Videothirrje e shmangur|Neodgovorjen video klic|Simu ya video uliyoikosa|
தவறிய காணொலி அழைப்பு|Praleistas video skambutis|Vastamata videokõne|Пропуснато видео обаждане|Video-oproep gemis|
Buraxılmış video zəng|നഷ്ടമായ വീഡിയോ കാൾ|Пропуштен видео повик|ತಪ್ಪಿದ ದೃಶ್ಯ ಕರೆ|Пропуштен видео позив|ਮਿਸ ਹੋਈ ਵੀਡੀਓ ਕਾਲ""",
)

# Android email_file_attached, the words in brackets after a file's name.
FILE_ATTACHED = _phrases(
    """file attached|fișier atașat|ఫైల్ జోడించబడినది|файл добавлен|nakalakip na file|附件檔案|file allegato|
arxiu adjunt|soubor byl přiložen|文件附件|file terlampir|添付ファイル有り|συνημμένο αρχείο|pievienots fails|
fil vedhæftet|फाइल संलग्न|қосымша файл|ફાઇલ જોડાયેલ|קובץ מצורף|fail dilampirkan|arquivo anexado|फाइल अटैच कर दी गई है|
fayl biriktirildi|załączony plik|tệp đính kèm|skedë e ngjitur|bifogad fil|priložena datoteka|súbor pripojený|
پیوستہ فائل|faili limeambatanishwa|dosya ekli|ไฟล์ที่แนบ|پیوست شد|byla prisegta|vedlagt fil|liitetiedosto|
fichier joint|archivo adjuntado|archivo adjunto|fail lisatud|datoteka u privitku|fájl csatolva|
bestand bijgevoegd|прикачен файл|ফাইল সংযুক্ত হয়েছে|lêer aangeheg|Datei angehängt|fayl əlavə olunub|파일 첨부됨|
ഫയൽ ചേർത്തു|прикачен фајл|ಕಡತ ಸೇರಿಸಲಾಯಿತು|الملف مرفق|ficheiro anexado|файл додано|прикачена датотека|ਅਟੈਚ ਕੀਤੀ ਫਾਇਲ"""
)

# iPhone zQ+5d, the word before a file's name in angle brackets.
ATTACHED = _phrases(
    """المُرفق|مرفق|attached|pièce jointe|прикреплено|پیوستہ|allegato|anexo|adjunto|επισυνάφθηκε|додано|Anhang|
附件|đính kèm|eklendi|bifogat|príloha|załączono|atașare|anexado|bijgevoegd|vedlagt|dilampir|संलग्न केले|첨부됨|
添付ファイル|csatolva|terlampir|priloženo|अटैच किया गया|જોડાયેલ|ceangailte|liite|پیوست|vedhæftet|adjunt|แนบ|מצורף|
angehängt|संलग्न"""
)

# Android email_location_message (iPhones write it with a capital), before a link to a map.
LOCATION = _phrases(
    """location|locație|స్థలం|местоположение|lokasyon|位置|posizione|ubicació|poloha|lokasi|τοποθεσία|
atrašanās vieta|placering|स्थान|орналасуы|સ્થળ|מיקום|localização|joylashuv|położenie|vị trí|Vendndodhja|plats|
lokacija|مقام|Mahali|konum|இருப்பிடம்|ตำแหน่งที่ตั้ง|موقعیت|buvimo vieta|posisjon|sijainti|localisation|ubicación|
asukoht|Helyzet|locatie|অবস্থান|ligging|Standort|məkan|위치|സ്ഥലം|локација|ಸ್ಥಳ|الموقع|місцезнаходження|ਟਿਕਾਣਾ"""
)

# Behind an edited message, in angle brackets.
EDITED = _phrases(
    """This message was edited|Message edited|Diese Nachricht wurde bearbeitet|Nachricht bearbeitet|
Se editó este mensaje|Mensaje editado|Este mensaje fue editado|Ce message a été modifié|Mensagem editada|
Esta mensagem foi editada|Questo messaggio è stato modificato|Messaggio modificato|Dit bericht is bewerkt|
Bu mesaj düzenlendi|Redaktə edildi|Düzəliş edilib|Это сообщение изменено|ההודעה נערכה"""
)

# iPhone _i3PG: how the first line of a chat begins, written there as if its sender had said it.
OPENINGS = tuple(
    _phrases(
        """Messages and calls are end-to-end encrypted|ההודעות והשיחות מוצפנות מקצה-לקצה|
Сообщения и звонки защищены сквозным шифрованием|Les messages et les appels sont chiffrés de bout en bout|
I messaggi e le chiamate sono crittografati end-to-end|As mensagens e chamadas são encriptadas ponto a ponto|
Los mensajes y las llamadas están cifrados de extremo a extremo|
Τα μηνύματα και οι κλήσεις κρυπτογραφούνται πλήρως|Повідомлення й дзвінки захищено наскрізним шифруванням|
Nachrichten und Anrufe sind Ende-zu-Ende-verschlüsselt|الرسائل والمكالمات مشفرة تمامًا بين الطرفين|
মেসেজ এবং কল এন্ড-টু-এন্ড এনক্রিপ্টেড থাকে|訊息和通話經端對端加密|訊息已受端對端加密保護|消息和通话都进行端到端加密|
Tin nhắn và cuộc gọi được mã hóa đầu cuối|میسجز اور کالز اینڈ ٹو اینڈ اینکرپشن کے ذریعے محفوظ ہیں|
Mesajlar ve aramalar uçtan uca şifrelidir|ข้อความและการโทรได้รับการเข้ารหัสจากต้นทางถึงปลายทาง|
Meddelanden och samtal är komplett krypterade|Správy a hovory sú zabezpečené šifrovaním počas celého spojenia|
Wiadomości i połączenia są w pełni zaszyfrowane|Mesajele și apelurile sunt criptate integral|
As mensagens e as chamadas são protegidas com a criptografia de ponta a ponta|
Berichten en gesprekken worden end-to-end versleuteld|Meldinger og samtaler er ende-til-ende-krypterte|
Mesej dan panggilan disulitkan hujung ke hujung|मेसेजेस आणि कॉल्स एन्ड-टू-एन्ड एन्क्रिप्शनने सुरक्षित केलेले असतात|
메시지 및 전화는 종단간 암호화되어 안전합니다|メッセージと通話はエンドツーエンド暗号化されています|
Az üzenetek és hívások végpontok közötti titkosítással vannak védve|
Pesan dan panggilan terenkripsi secara end-to-end|Poruke i pozivi zaštićeni su potpunom enkripcijom|
मैसेजेस और कॉल्स एंड-टू-एंड एन्क्रिप्टेड हैं|મેસેજ અને કૉલ શરૂથી અંત સુધી સુરક્ષિત છે|Viestit ja puhelut salataan täysin|
پیامها و تماسها سرتاسر رمزگذاری شدهاند|Beskeder og opkald er end-to-end-krypterede|
Zprávy a hovory jsou opatřeny koncovým šifrováním|Els missatges i les trucades estan xifrats d'extrem a extrem"""
    )
)
