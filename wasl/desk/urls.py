"""Addresses of the desk; every act of a case has one of its own."""

from django.urls import path

from wasl.desk.views import act, case, contacts, identity, many, paper, parked, register, saved, tasks, worklist

app_name = "desk"

urlpatterns = [
    path("", worklist.worklist, name="home"),
    path("rows", worklist.rows, name="rows"),
    path("counts", worklist.counts, name="counts"),
    path("search", worklist.search, name="search"),
    path("paper", paper.paper, name="paper"),
    path("sheet", paper.sheet, name="sheet"),
    path("views", saved.views, name="views"),
    path("views/save", saved.save, name="save_view"),
    path("views/<str:public_id>", saved.view, name="view"),
    path("views/<str:public_id>/remove", saved.remove, name="remove_view"),
    path("pin", saved.pin, name="pin"),
    path("columns", saved.choose_columns, name="columns"),
    path("bulk", many.begin, name="begin_bulk"),
    path("bulk/<str:public_id>", many.bulk, name="bulk"),
    path("bulk/<str:public_id>/plan", many.plan, name="plan_bulk"),
    path("bulk/<str:public_id>/apply", many.apply, name="apply_bulk"),
    path("bulk/<str:public_id>/undo", many.undo, name="undo_bulk"),
    path("bulk/<str:public_id>/again", many.again, name="again_bulk"),
    path("register", register.register, name="register"),
    path("register/outlook", register.outlook, name="register_outlook"),
    path("register/draft", register.draft, name="register_draft"),
    path("register/discard", register.discard, name="register_discard"),
    path("register/files", register.take_files, name="register_files"),
    path("register/answered", register.answered, name="register_answered"),
    path("register/contacts", contacts.contacts, name="contacts"),
    path("register/contacts/<str:public_id>/withdraw", contacts.withdraw, name="withdraw_contact"),
    path("tasks", tasks.task_list, name="tasks"),
    path("tasks/<int:number>/take", tasks.take, name="take_task"),
    path("tasks/<int:number>/finish", tasks.finish, name="finish_task"),
    path("parked", parked.parked_list, name="parked"),
    path("parked/<str:public_id>", parked.parked_mail, name="parked_mail"),
    path("parked/<str:public_id>/ignore", parked.ignore, name="ignore_parked"),
    path("parked/<str:public_id>/again", parked.again, name="parse_again"),
    path("cases/<str:number>", case.case_page, name="case"),
    path("cases/<str:number>/receipt", contacts.receipt, name="receipt"),
    path("cases/<str:number>/presence", case.presence, name="presence"),
    path("cases/<str:number>/people", case.people, name="people"),
    path("cases/<str:number>/identity", identity.reveal, name="identity"),
    path("cases/<str:number>/identity/record", identity.record, name="record_identity"),
    *(path(f"cases/<str:number>/{code}", view, name=f"do_{code}") for code, view in act.DOORS.items()),
]
