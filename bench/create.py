"""`create`: a report through the portal's own pages, and what the worker does about it afterwards."""

import asyncio

from bench import floor, people, statements
from bench.figures import Floor, figure, tell
from bench.fill import fill
from bench.house import House
from bench.load import Result, drive
from bench.processes import held
from bench.settings import Plan

CASES = 10_000
MOST_CPU_MS, MOST_STATEMENTS = 8.0, 20.0


def run(house: House, plan: Plan) -> None:
    """The last POST alone and the whole wizard: rate, latency, CPU, statements, all beside a bare insert."""
    cases = fill(house, CASES)
    house.rest()
    _statements(house, cases)
    for connections in plan.connections:
        bare = floor.three_row_insert(house, clients=connections, seconds=plan.floor_seconds)
        tell(f"create: pgbench, {connections} clients: {bare.per_second:.0f} inserts/s, {bare.cpu_ms:.2f} ms CPU each")
        _one_load(house, plan, connections, bare, cases)


def _one_load(house: House, plan: Plan, connections: int, bare: floor.Measured, cases: int) -> None:
    number = plan.creations[connections]
    before = house.spent()
    waiting = people.citizens(house, number + connections)
    filled_in = (house.spent() - before).of("web", "postgres") * 1000 / len(waiting)
    house.rest()
    # One connection: the worker stands still, so that PostgreSQL's time is that of the requests alone. Sixteen: as in
    # life, both at once.
    still = [house.parts()["worker"], house.parts()["mail"]] if connections == 1 else []
    with held(*still):
        drive(house, iter([one.sending() for one in waiting[:connections]]), connections=connections, status=302)
        before = house.spent()
        sent = drive(house, iter([one.sending() for one in waiting[connections:]]), connections=connections, status=302)
    drained = house.rest()
    whole = (house.spent() - before).of("web", "postgres", "worker", "letterbox") * 1000 / sent.requests
    _tell(sent, bare, whole, filled_in, drained, cases, worker_held=bool(still))


def _tell(
    sent: Result,
    bare: floor.Measured,
    whole: float,
    filled_in: float,
    drained: float,
    cases: int,
    *,
    worker_held: bool,
) -> None:
    said = {"connections": sent.connections, "requests": sent.requests, "cases": cases, "worker_held": worker_held}
    rate = Floor("pgbench, one bare three-row insert", bare.per_second, "1/s")
    cpu = Floor("the same insert, PostgreSQL alone", bare.cpu_ms, "ms")
    figure("create.rate", sent.per_second, "1/s", floor=rate, **said)
    figure("create.p50", sent.p50, "ms", **said)
    figure("create.p99", sent.p99, "ms", **said)
    figure("create.cpu_web", sent.cpu_ms("web"), "ms", **said)
    if worker_held:
        request = sent.cpu_ms("web", "postgres")
        figure("create.cpu_postgres", sent.cpu_ms("postgres"), "ms", floor=cpu, **said)
        figure("create.cpu", request, "ms", floor=cpu, most=MOST_CPU_MS, **said, includes="web and PostgreSQL")
        figure("create.cpu_afterwards", whole - request, "ms", **said, includes="worker, letterbox, PostgreSQL")
    figure(
        "create.cpu_all_in", whole, "ms", floor=cpu, **said, includes="the POST and all jobs that follow it to the end"
    )
    figure("create.drained_after", drained, "s", **said)
    figure("create.cpu_wizard", filled_in, "ms", **said, includes="the seven requests before the last POST")
    tell(f"create, {sent.connections}: {sent.per_second:.0f}/s, p50 {sent.p50:.1f} ms, all in {whole:.1f} ms CPU")


def _statements(house: House, cases: int) -> None:
    first, *others = people.citizens(house, 3, together=1)
    asyncio.run(first.send())  # so that no connection has to be opened
    with statements.logged(house):
        asyncio.run(people.citizens(house, 1)[0].send())
        house.rest()
        counted, _ = statements.count(house, lambda: asyncio.run(_send(others[0])))
        house.rest()
        last = others[1]
        with_jobs, _ = statements.count(house, lambda: (asyncio.run(_send(last)), house.rest()), worker=True)
        wizard, _ = statements.count(house, lambda: people.citizens(house, 1))
    said = {"cases": cases, "counted": "in the log of PostgreSQL, all connections"}
    figure(
        "create.statements",
        len(counted.told),
        "statements",
        most=MOST_STATEMENTS,
        **said,
        transaction_control=len(counted.control),
    )
    figure(
        "create.statements_wizard",
        len(wizard.told),
        "statements",
        **said,
        includes="the seven requests before the last POST",
    )
    figure(
        "create.statements_with_jobs",
        len(with_jobs.told),
        "statements",
        **said,
        includes="the POST, all jobs that follow, and whatever else the worker asked meanwhile",
    )
    statements.show("create", counted)


async def _send(citizen: people.Citizen) -> None:
    await citizen.browser.line.ask(citizen.sending())
    await citizen.browser.line.close()
