"""Addresses of the desk; every act of a case has one of its own."""

from django.urls import path

from wasl.desk.views import act, case, identity, parked, tasks, worklist

app_name = "desk"

urlpatterns = [
    path("", worklist.worklist, name="home"),
    path("rows", worklist.rows, name="rows"),
    path("search", worklist.search, name="search"),
    path("tasks", tasks.task_list, name="tasks"),
    path("tasks/<int:number>/take", tasks.take, name="take_task"),
    path("tasks/<int:number>/finish", tasks.finish, name="finish_task"),
    path("parked", parked.parked_list, name="parked"),
    path("parked/<str:public_id>", parked.parked_mail, name="parked_mail"),
    path("parked/<str:public_id>/ignore", parked.ignore, name="ignore_parked"),
    path("parked/<str:public_id>/again", parked.again, name="parse_again"),
    path("cases/<str:number>", case.case_page, name="case"),
    path("cases/<str:number>/presence", case.presence, name="presence"),
    path("cases/<str:number>/people", case.people, name="people"),
    path("cases/<str:number>/identity", identity.reveal, name="identity"),
    path("cases/<str:number>/identity/record", identity.record, name="record_identity"),
    *(path(f"cases/<str:number>/{code}", view, name=f"do_{code}") for code, view in act.DOORS.items()),
]
