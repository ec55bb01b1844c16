"""Every endpoint of the JSON interface with the scope its key needs and the right its person needs. What does not stand
here is open to nobody.
"""

from itertools import groupby

from wasl.api.v1 import acts, bodies, views
from wasl.api.v1.endpoints import Endpoint
from wasl.directory.rights import Right
from wasl.partners.models import Scope

READ, CREATE, ACT = (Scope.CASES_READ.value,), (Scope.CASES_CREATE.value,), (Scope.CASES_ACT.value,)
CATALOGUE = (Scope.CATALOGUE_READ.value,)
_CASE = "cases/{reference}"
_NOT_THERE = ("not-found",)

TAGS = {
    "cases": ("الطلبات", "Cases"),
    "acts": ("الإجراءات على طلب", "Acts on a case"),
    "files": ("الملفات", "Files"),
    "catalogue": ("دليل الخدمات والوحدات", "Catalogue and units"),
    "key": ("المفتاح", "The key"),
}

ENDPOINTS: tuple[Endpoint, ...] = (
    Endpoint(
        "GET",
        "cases",
        "listCases",
        "cases",
        READ,
        Right.READ_CASE,
        ("قائمة الطلبات", "List cases"),
        views.list_cases,
        about=(
            "المرشحات هي مرشحات قائمة العمل. خذ next لتطلب الصفحة التالية، وهو في ترويسة Link أيضاً. مفتاح الشريك يقرأ "
            "طلبات الجهة غير السرية، وبلا بيانات أصحابها.",
            "The filters are those of the worklist. Take next to ask for the next page; the header Link has it too. "
            "The key of a partner reads the cases of the agency that are not confidential, without personal data.",
        ),
        query=bodies.CaseQuery,
        answer=bodies.CasePage,
        problems=("unprocessable",),
    ),
    Endpoint(
        "POST",
        "cases",
        "createCase",
        "cases",
        CREATE,
        Right.REGISTER_CASE,
        ("تسجيل طلب", "Register a case"),
        views.create_case,
        about=(
            "أرسل Idempotency-Key مع كل تسجيل: إن ضاع الجواب فأعد الإرسال به تسمع الجواب نفسه ولا يُسجل طلب ثان.",
            "Send an Idempotency-Key with every registration: if the answer is lost, send the same again and hear the "
            "same answer; no second case is made.",
        ),
        body=bodies.NewCase,
        answer=bodies.Receipt,
        status=201,
    ),
    Endpoint(
        "GET",
        _CASE,
        "getCase",
        "cases",
        READ,
        Right.READ_CASE,
        ("طلب واحد", "Get a case"),
        views.get_case,
        about=(
            "ترويسة ETag هي نسخة الطلب؛ أرسلها في If-Match مع كل إجراء يغيّره.",
            "The header ETag is the version of the case; send it as If-Match with every act that changes it.",
        ),
        answer=bodies.Case,
        problems=_NOT_THERE,
    ),
    Endpoint(
        "GET",
        _CASE + "/timeline",
        "getTimeline",
        "cases",
        READ,
        Right.READ_CASE,
        ("ما جرى على الطلب", "What happened to a case"),
        views.get_timeline,
        about=(
            "للموظفين كما في صفحة الطلب، وللشركاء كما يراه صاحب الطلب.",
            "For staff as on the page of the case; for partners as its beneficiary sees it.",
        ),
        answer=bodies.Timeline,
        problems=_NOT_THERE,
    ),
    Endpoint(
        "GET",
        _CASE + "/reviews",
        "listReviews",
        "cases",
        READ,
        Right.READ_CASE,
        ("مراجعات الطلب", "The reviews of a case"),
        views.list_reviews,
        about=(
            "ما طلب صاحبه أن ينظر فيه من هو أعلى، وما تقرر، وهل تُطلب مراجعة الآن.",
            "What its beneficiary asked somebody higher to look at, what was decided, and whether one can be asked.",
        ),
        answer=bodies.Reviews,
        problems=_NOT_THERE,
    ),
    Endpoint(
        "GET",
        _CASE + "/messages",
        "listMessages",
        "cases",
        READ,
        Right.READ_CASE,
        ("رسائل الطلب", "The messages of a case"),
        views.list_messages,
        about=(
            "لمن له رؤية بيانات التواصل، ولمن جاء بالطلب.",
            "For those who may see contact data, and for the program that brought the case.",
        ),
        answer=bodies.Messages,
        problems=(*_NOT_THERE, "personal-data"),
    ),
    Endpoint(
        "GET",
        _CASE + "/assignees",
        "listAssignees",
        "cases",
        READ,
        Right.ASSIGN,
        ("من يُسند إليهم الطلب", "Who can be given a case"),
        views.list_assignees,
        answer=bodies.Assignable,
        problems=_NOT_THERE,
        partners=False,
    ),
    Endpoint(
        "POST",
        _CASE + "/notes",
        "addNote",
        "cases",
        ACT,
        Right.ADD_NOTE,
        ("ملاحظة داخلية", "Add an internal note"),
        views.add_note,
        body=bodies.NewNote,
        answer=bodies.Case,
        problems=(*_NOT_THERE, "wrong-state"),
        partners=False,
    ),
    Endpoint(
        "GET",
        _CASE + "/attachments",
        "listAttachments",
        "files",
        READ,
        Right.READ_CASE,
        ("ملفات الطلب", "The files of a case"),
        views.list_attachments,
        answer=bodies.Attachments,
        problems=_NOT_THERE,
    ),
    Endpoint(
        "GET",
        _CASE + "/attachments/{attachment}",
        "getAttachment",
        "files",
        READ,
        Right.READ_CASE,
        ("تنزيل ملف", "Download a file"),
        views.get_attachment,
        gives_file=True,
        problems=(*_NOT_THERE, "busy"),
    ),
    Endpoint(
        "POST",
        _CASE + "/attachments",
        "addAttachments",
        "files",
        ACT,
        Right.ADD_FILE,
        ("إضافة ملفات إلى طلب", "Add files to a case"),
        views.add_attachments,
        about=(
            "ارفع كل ملف أولاً عبر uploads، ثم سمّه هنا. الشريك يضيف إلى ما جاء به.",
            "Upload each file through uploads first, then name it here. A partner adds to what it brought.",
        ),
        body=bodies.NewAttachments,
        answer=bodies.Attachments,
        problems=(*_NOT_THERE, "wrong-state", "not-yours"),
    ),
    Endpoint(
        "POST",
        "uploads",
        "upload",
        "files",
        CREATE + ACT,
        Right.SIGN_IN,
        ("رفع ملف", "Upload a file"),
        views.upload,
        about=(
            "الجسم هو الملف نفسه: صورة JPEG أو PNG أو HEIC، أو مستند PDF. يُعرف النوع من المحتوى، ويُحفظ يوماً واحداً "
            "حتى يسميه طلب أو إجراء.",
            "The body is the file itself: a picture (JPEG, PNG, HEIC) or a PDF. Its type is told from the content. "
            "It is held for a day, until a case or an act names it.",
        ),
        query=bodies.UploadQuery,
        answer=bodies.Upload,
        status=201,
        takes_file=True,
        problems=("unprocessable", "busy"),
    ),
    *(
        Endpoint(
            "POST",
            f"{_CASE}/acts/{act.code}",
            "act" + act.code.title().replace("-", ""),
            "acts",
            ACT,
            act.right,
            act.summary,
            views.do(act),
            about=act.about,
            body=act.body,
            answer=bodies.Case,
            fresh=act.fresh,
            problems=(*_NOT_THERE, "wrong-state"),
            partners=act.right is None,
            staff=act.right is not None,
        )
        for act in (*acts.STAFF, *acts.BENEFICIARY)
    ),
    Endpoint(
        "GET",
        "services",
        "listServices",
        "catalogue",
        CATALOGUE,
        Right.SIGN_IN,
        ("الخدمات", "List services"),
        views.list_services,
        about=(
            "مع أسئلة كل خدمة. مع q: الخدمات التي قد تعنيها كلمات المواطن، والأقرب أولاً.",
            "With the questions of each. With q: the services that a citizen's words may mean, the nearest first.",
        ),
        query=bodies.ServiceQuery,
        answer=bodies.Services,
    ),
    Endpoint(
        "GET",
        "services/{code}",
        "getService",
        "catalogue",
        CATALOGUE,
        Right.SIGN_IN,
        ("خدمة واحدة", "Get a service"),
        views.get_service,
        answer=bodies.Service,
        problems=_NOT_THERE,
    ),
    Endpoint(
        "GET",
        "categories",
        "listCategories",
        "catalogue",
        CATALOGUE,
        Right.SIGN_IN,
        ("مجموعات الخدمات", "List the groups of services"),
        views.list_categories,
        answer=bodies.Categories,
    ),
    Endpoint(
        "GET",
        "units",
        "listUnits",
        "catalogue",
        CATALOGUE,
        Right.SIGN_IN,
        ("الوحدات", "List the units"),
        views.list_units,
        answer=bodies.Units,
    ),
    Endpoint(
        "GET",
        "agency",
        "getAgency",
        "catalogue",
        CATALOGUE,
        Right.SIGN_IN,
        ("الجهة", "The agency of the key"),
        views.get_agency,
        answer=bodies.Agency,
    ),
    Endpoint(
        "GET",
        "me",
        "getMe",
        "key",
        (),
        None,
        ("من يسأل؟", "Who asks?"),
        views.me,
        about=("أول ما يُجرّب به المفتاح.", "The first thing to try a key with."),
        answer=bodies.Me,
    ),
)


def by_path() -> dict[str, dict[str, Endpoint]]:
    """Each address with its methods, in the order of the table."""
    ordered = sorted(ENDPOINTS, key=lambda one: [each.path for each in ENDPOINTS].index(one.path))
    return {path: {one.method: one for one in some} for path, some in groupby(ordered, key=lambda one: one.path)}
