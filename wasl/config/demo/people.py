"""Invented staff of the demo. Their passwords are public: the demo refuses to run in production mode."""

from dataclasses import dataclass

DEMO_PASSWORD = "wasl-demo-salalah-7"  # noqa: S105 - printed for everybody who tries the demo
# One authenticator secret for all demo people who need a second factor, so that the demo can print the present code.
DEMO_TOTP_SECRET = "WASLDEMOWASLDEMOWASLDEMOWASLDEMO"  # noqa: S105


@dataclass(frozen=True)
class DemoPerson:
    """Somebody to sign in as."""

    email: str
    full_name: str
    latin_name: str
    role: str
    agency: str
    unit: str
    language: str = "ar"


PEOPLE = (
    DemoPerson("salem@muscat.example.om", "سالم بن راشد الحبسي", "Salem Al Habsi", "agent", "MUN", "CC"),
    DemoPerson("khalid@muscat.example.om", "خالد بن ناصر الرواحي", "Khalid Al Rawahi", "agent", "MUN", "CC"),
    DemoPerson("huda@muscat.example.om", "هدى بنت سعيد المعمرية", "Huda Al Maamari", "supervisor", "MUN", "CC"),
    DemoPerson("noora@muscat.example.om", "نورة بنت حمد الكندية", "Noora Al Kindi", "specialist", "MUN", "LIGHT"),
    DemoPerson("nasser@muscat.example.om", "ناصر بن خميس الكندي", "Nasser Al Kindi", "specialist", "MUN", "ROADS"),
    DemoPerson("said@muscat.example.om", "سعيد بن علي البلوشي", "Said Al Balushi", "liaison", "MUN", "ROADS"),
    DemoPerson("aisha@muscat.example.om", "عائشة بنت سالم الهنائية", "Aisha Al Hinai", "specialist", "MUN", "CLEAN"),
    DemoPerson("yusuf@muscat.example.om", "يوسف بن محمد الزدجالي", "Yusuf Al Zadjali", "specialist", "MUN", "DRAIN"),
    DemoPerson("moza@muscat.example.om", "موزة بنت خلفان السيابية", "Moza Al Siyabi", "follow_up", "MUN", "CC"),
    DemoPerson("hamad@muscat.example.om", "حمد بن سليمان الحارثي", "Hamad Al Harthi", "director", "MUN", "CC"),
    DemoPerson("admin@muscat.example.om", "ريم بنت أحمد الفارسية", "Reem Al Farsi", "administrator", "MUN", "CC"),
    DemoPerson("auditor@muscat.example.om", "بدر بن سيف المحروقي", "Badr Al Mahrouqi", "auditor", "MUN", "CC"),
    DemoPerson("mona@muscat.example.om", "منى بنت حسن اللواتية", "Mona Al Lawati", "quality", "MUN", "CC"),
    DemoPerson("rashid@muscat.example.om", "راشد بن جمعة الغافري", "Rashid Al Ghafri", "field", "MUN", "ROADS"),
    DemoPerson("zainab@muscat.example.om", "زينب بنت خميس الرئيسية", "Zainab Al Raisi", "hall", "MUN", "CC"),
    DemoPerson("fatma@muscat.example.om", "فاطمة بنت سالم الوهيبية", "Fatma Al Wahaibi", "hall_head", "MUN", "CC"),
    DemoPerson("asma@muscat.example.om", "أسماء بنت ناصر الشكيلية", "Asma Al Shukaili", "analyst", "MUN", "CC"),
    DemoPerson("haitham@muscat.example.om", "هيثم بن مبارك الجابري", "Haitham Al Jabri", "crisis", "MUN", "CC"),
    DemoPerson("mazin@muscat.example.om", "مازن بن هلال العامري", "Mazin Al Amri", "fast_team", "MUN", "ROADS"),
    DemoPerson("ali@muscat.example.om", "علي بن عامر المقبالي", "Ali Al Maqbali", "deputy", "MUN", "ROADS"),
    DemoPerson("yaqoub@muscat.example.om", "يعقوب بن سيف السيابي", "Yaqoub Al Siyabi", "head", "MUN", "ROADS"),
    DemoPerson("salma@muscat.example.om", "سلمى بنت راشد البوسعيدية", "Salma Al Busaidi", "head", "MUN", "LIGHT"),
    DemoPerson("jaber@muscat.example.om", "جابر بن سالم العوفي", "Jaber Al Aufi", "head", "MUN", "DG-SERVICES"),
    DemoPerson("amal@muscat.example.om", "أمل بنت يوسف الزدجالية", "Amal Al Zadjali", "head", "MUN", "C-CONDUCT"),
    DemoPerson("rahma@muscat.example.om", "رحمة بنت علي النبهانية", "Rahma Al Nabhani", "head", "MUN", "C-ROADS"),
    DemoPerson("maha@housing.example.om", "مها بنت علي الشنفرية", "Maha Al Shanfari", "agent", "HOU", "CS-HOU"),
    DemoPerson("talal@housing.example.om", "طلال بن عامر المعشني", "Talal Al Mashani", "specialist", "HOU", "LANDS"),
    DemoPerson("zahra@housing.example.om", "زهرة بنت محمد العجمية", "Zahra Al Ajmi", "supervisor", "HOU", "CS-HOU"),
    DemoPerson("nabil@housing.example.om", "نبيل بن حسن اللواتي", "Nabil Al Lawati", "head", "HOU", "LANDS"),
    DemoPerson("thuraya@housing.example.om", "ثريا بنت مسعود الغسانية", "Thuraya Al Ghassani", "head", "HOU", "DG-HOU"),
)

GIVEN_MEN = ("أحمد", "محمد", "سعيد", "سالم", "خالد", "ناصر", "راشد", "حمود", "علي", "عبدالله", "يوسف", "مازن", "هيثم")
GIVEN_WOMEN = ("مريم", "فاطمة", "سلمى", "عائشة", "زينب", "نوف", "شيخة", "موزة", "رحمة", "أسماء", "بشرى", "وفاء")
FATHERS = ("سعيد", "حمد", "خلفان", "سيف", "سليمان", "مبارك", "جمعة", "عامر", "هلال", "خميس")
TRIBES = (
    *("الحارثي", "الكندي", "الهنائي", "السيابي", "البلوشي", "المعمري"),
    *("الرواحي", "الشكيلي", "الغافري", "الجابري", "العامري", "المقبالي"),
)
RESIDENTS = ("Arif Rahman", "Joseph Mathew", "Priya Nair", "Imran Sheikh", "Maria Santos", "John Peters")
