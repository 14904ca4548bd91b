"""Disguised text is read as people read it, and real text of any language as it stands."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grooming_risk.text.encodings import decoded
from grooming_risk.text.glued_words import without_glue
from grooming_risk.text.letter_case import without_shouting
from grooming_risk.text.masking import folded_words
from grooming_risk.text.normalization import normalize
from grooming_risk.text.readings import readable
from training.corpus.lines import languages_of, load_corpus


@pytest.fixture(scope="module")
def read(artifact):
    """Read a text as the encoder's texts are read, from the message on."""

    def of(text):
        normal = normalize(text).text
        return readable(normal, folded_words(normal), artifact.tokenizer.words)

    return of


@pytest.mark.parametrize(
    ("given", "wanted"),
    [
        ("ARE YOU COMING TO THE MATCH", "are you coming to the match"),
        ("aRe YoU cOmInG", "are you coming"),
        ("TONIGHT at the pitch", "tonight at the pitch"),
        ("do NOT tell Dana", "do NOT tell Dana"),
        ("OK", "OK"),
        ("NASA and the BBC", "NASA and the BBC"),
        ("I saw YouTube on my iPhone", "I saw YouTube on my iPhone"),
        ("Wir sehen uns am Montag in Köln", "Wir sehen uns am Montag in Köln"),
        ("ПОЙДЁМ В КИНО", "пойдём в кино"),
        ("İYİ GECELER HERKESE", "iyi geceler herkese"),
        ("IsThisTheBigHouse", "IsThisTheBigHouse"),
        ("", ""),
    ],
)
def test_capitals_that_carry_nothing_are_lowered(given, wanted):
    assert without_shouting(given) == wanted


@pytest.mark.parametrize(
    ("given", "wanted"),
    [
        ("are_you_coming", "are you coming"),
        ("[are][you][coming]", "are you coming"),
        ("[lol][ok]", "lol ok"),
        ("are/you/coming today", "are you coming today"),
        ("are😀you😀coming", "are you coming"),
        ("hi😀how are you", "hi 😀 how are you"),
        ("i.am.at.the.pitch", "i am at the pitch"),
        ("state-of-the-art kit for the team", "state-of-the-art kit for the team"),
        ("well-known", "well-known"),
        ("and/or", "and/or"),
        ("https://example.org/a_b_c/d-e-f", "https://example.org/a_b_c/d-e-f"),
        ("dana_b_c@example.org", "dana_b_c@example.org"),
        ("12/05/2026", "12/05/2026"),
        ("3.50 or 4.20", "3.50 or 4.20"),
        ("est-ce que tu viens", "est-ce que tu viens"),
        ("see you... tomorrow :)", "see you... tomorrow :)"),
    ],
)
def test_glued_words_get_their_spaces(given, wanted):
    assert without_glue(given) == wanted


@pytest.mark.parametrize(
    ("given", "wanted"),
    [
        ("&#97;re&nbsp;you &amp; me", "are\u00a0you & me"),
        ("are%20you%20coming", "are you coming"),
        ("%63%61f%C3%A9", "café"),
        ("100% sure", "100% sure"),
        ("50%20 off", "50%20 off"),  # one escape is none
        ("%FF%FE", "%FF%FE"),  # not UTF-8
        ("%00%01", "%00%01"),
        ("tom & jerry; ok", "tom & jerry; ok"),
    ],
)
def test_encodings_are_decoded(given, wanted):
    assert decoded(given) == wanted


@pytest.mark.parametrize(
    ("given", "wanted"),
    [
        ("gnimoc uoy era hctam eht ot", "to the match are you coming"),
        ("ƃuᴉɯoɔ noʎ ǝɹɐ", "are you coming"),
        ("ccoommiinngg ttoo tthhee mmaattcchh", "coming to the match"),
        ("th* m*tch at sch**l", "the match at school"),
        ("*very tired today", "*very tired today"),
        ("are you com ing to the mat ch", "are you com ing to the mat ch"),  # most of it can be read
        ("аге уоц соmіng то тһе матсһ", "are you coming to the match"),
    ],
)
def test_the_likeliest_reading_is_read(read, given, wanted):
    assert read(given) == wanted


# Written for this test: everyday sentences as people of these languages write them, none of which the model serves.
REAL = (
    "Γειά σου, τι κάνεις σήμερα; Θα πάμε στο γήπεδο το απόγευμα.",
    "Η μητέρα μου λέει ότι το μάθημα αρχίζει στις πέντε.",
    "Chào bạn, hôm nay bạn có đi học không? Chiều nay trời mưa to lắm.",
    "Mẹ tôi nấu cơm rồi, chúng ta ăn tối lúc bảy giờ nhé.",
    "Привіт, ти сьогодні прийдеш на тренування? Я вже вдома.",
    "Здравей, ще дойдеш ли на мача утре сутринта?",
    "Ahoj, přijdeš zítra na trénink? Začínáme v pět hodin odpoledne.",
    "Bună, vii mâine la antrenament? Începem la ora cinci după-amiază.",
    "Hej, kommer du på träningen imorgon? Vi börjar klockan fem på eftermiddagen.",
    "Tule huomenna harjoituksiin, aloitamme kello viisi iltapäivällä.",
    "Yarın antrenmana geliyor musun? Saat beşte başlıyoruz, ayakkabını unutma.",
    "Tu viens à l'entraînement demain ? Ça commence à dix-sept heures, n'oublie pas.",
    "مرحبا، هل ستأتي إلى التدريب غدا؟ نبدأ في الساعة الخامسة.",
    "कल अभ्यास पर आओगे क्या? हम पाँच बजे शुरू करते हैं।",
    "Przyjdziesz jutro na trening? Zaczynamy o piątej po południu.",
    "Ты придёшь завтра на тренировку? Начинаем в пять.",
)


@pytest.mark.parametrize("text", REAL)
def test_real_text_in_any_alphabet_is_left_alone(read, text):
    assert normalize(text).text == text
    assert read(text) == text


def test_messages_of_the_corpus_are_left_alone(read):
    """In all languages that are served; what changes are capitals, and fewer than one in a hundred otherwise."""
    texts = [
        message.text
        for dialogue in itertools.islice(load_corpus(languages_of()).dialogues, 0, None, 12)
        for message in dialogue.messages
    ]
    assert len(texts) > 2_000
    plain = [without_glue(normalize(text).text) for text in texts]
    changed = sum(read(text).lower() != left.lower() for text, left in zip(texts, plain, strict=True))
    assert changed / len(texts) < 0.01
    assert sum(without_glue(text) != text for text in texts) / len(texts) < 0.01
    assert sum(without_shouting(text) != text for text in texts) / len(texts) < 0.02


HOSTILE = st.one_of(
    st.text(max_size=60),
    st.text("aAbB *_-/.&#;%20😀éàнοɥʍ\u0301\u0323İ", max_size=60),
    st.lists(st.sampled_from(["are", "YOU", "h*w", "&#97;", "%41", "_", "-", "😀", "γ", "ш", "ɐ", "ấ", " "])).map(
        "".join
    ),
)


@given(HOSTILE)
def test_any_text_can_be_read_and_the_result_is_normalized(read, text):
    found = read(text)
    assert normalize(found).text == found
