"""Reads of approvals: what waits for me, what I did, everything in scope, one application with its route."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field

from django.db.models import Case, Exists, F, OuterRef, Q, QuerySet, When

from jianguan.backbone.agencies.models import Capacity
from jianguan.backbone.approvals import rules
from jianguan.backbone.approvals.flows import Flow
from jianguan.backbone.approvals.models import Application, Content, PrintedForm, Seat, StageDue, Step
from jianguan.backbone.approvals.models import Flow as FlowRow
from jianguan.backbone.approvals.planning import definition, place_of, standing_of
from jianguan.backbone.approvals.rules import ENDED, OPEN, Standing, State, Verb
from jianguan.backbone.documents.models import Document
from jianguan.backbone.evidence.models import StoredObject
from jianguan.backbone.people import roles
from jianguan.backbone.people.acting import Actor
from jianguan.backbone.people.models import Appointment
from jianguan.backbone.people.permissions import Permission
from jianguan.backbone.scope import scope as scopes
from jianguan.backbone.scope.scope import Scope
from jianguan.kit import clock


@dataclass(frozen=True, slots=True)
class Asked:
    """What a list is narrowed to; empty values narrow nothing."""

    flow: str = ""
    state: str = ""
    words: str = ""
    late: bool = False


@dataclass(slots=True)
class Signature:
    """One seat of a route: what it is, who filled it, whether its turn has come."""

    seat: Seat
    word: str
    capacity: Capacity
    step: Step | None = None
    open: bool = False


@dataclass(slots=True)
class RouteStage:
    """One stage of a route as it is drawn."""

    order: int
    title: str
    phase: str
    branch: str
    provision: str
    due: StageDue | None
    signatures: list[Signature] = field(default_factory=list)

    @property
    def done(self) -> bool:
        """Whether every seat is filled."""
        return all(one.step is not None for one in self.signatures)

    @property
    def open(self) -> bool:
        """Whether its turn has come."""
        return any(one.open for one in self.signatures)


def newest_flow(key: str) -> FlowRow | None:
    """The newest version of a flow, None for an unknown one."""
    return FlowRow.objects.filter(key=key).order_by("-version").first()


def flows_for(by: Actor) -> list[tuple[FlowRow, Flow]]:
    """The newest version of every flow that the capacity acted in may apply under."""
    found = [(row, definition(row)) for row in newest_flows()]
    return [(row, flow) for row, flow in found if by.level in flow.applicants]


def newest_flows() -> list[FlowRow]:
    """The newest version of every flow."""
    return list(FlowRow.objects.order_by("key", "-version").distinct("key"))


def in_scope(scope: Scope) -> Q:
    """Applications of units in scope, and those at which a unit in scope has a seat."""
    seated = Seat.objects.filter(application_id=OuterRef("pk"), capacity_id__in=scope.capacity_ids)
    return Q(capacity_id__in=scope.capacity_ids) | Q(Exists(seated))


def applications(scope: Scope, asked: Asked) -> QuerySet[Application]:
    """Applications in scope, newest first; page them by ``pk``."""
    found = Application.objects.filter(in_scope(scope)).select_related("flow", "capacity__agency").order_by("-pk")
    if asked.flow:
        found = found.filter(flow__key=asked.flow)
    if asked.state:
        found = found.filter(state=asked.state)
    if asked.words:
        found = found.filter(Q(number__icontains=asked.words) | Q(title__icontains=asked.words))
    if asked.late:
        over = StageDue.objects.filter(
            application_id=OuterRef("pk"), round=OuterRef("due_round"), stage=OuterRef("stage"), due_at__lte=clock.now()
        )
        returned = Case(When(state=State.RETURNED.value, then=1), default=0)
        found = found.annotate(due_round=F("round") + returned).filter(Exists(over)).exclude(state__in=ENDED)
    return found


def waiting(by: Actor, asked: Asked) -> QuerySet[Application]:
    """What waits for this person in this post: a seat he may fill, a return to correct, a failure to roll back."""
    steps = Step.objects.filter(application_id=OuterRef("pk"), person_id=by.person_id)
    named = Step.objects.filter(
        application_id=OuterRef("application_id"), round=OuterRef("round"), data__named__contains=[by.person_id]
    )
    empty = ~Exists(Step.objects.filter(seat_id=OuterRef("pk"), verb=Verb.SIGN.value))
    seats = Seat.objects.filter(
        empty,
        Q(named="") | Exists(named),
        Q(branch="") | Q(branch=OuterRef("branch")),
        application_id=OuterRef("pk"),
        round=OuterRef("round"),
        order=OuterRef("stage"),
        capacity_id=by.capacity_id,
        permission__in=by.permissions,
    )
    acted = steps.filter(Q(verb=Verb.SUBMIT.value) | Q(seat__isnull=False, round=OuterRef("round")))
    turn = Q(Exists(seats), state__in=OPEN) & ~Q(Exists(acted))
    correct = Q(state=State.RETURNED.value, capacity_id=by.capacity_id) & ~Q(Exists(steps.filter(seat__isnull=False)))
    executing = Seat.objects.filter(
        Q(branch="") | Q(branch=OuterRef("branch")),
        application_id=OuterRef("pk"),
        round=OuterRef("round"),
        phase="execute",
        capacity_id=by.capacity_id,
        permission__in=by.permissions,
    )
    wanted = turn | Q(Exists(executing), state=State.FAILED.value)
    if by.may(Permission.APPROVAL_APPLY):
        wanted |= correct
    return applications(by.scope, asked).filter(wanted)


def mine(by: Actor, asked: Asked) -> QuerySet[Application]:
    """What this person applied for or signed, in whatever capacity."""
    return applications(by.scope, asked).filter(
        Exists(Step.objects.filter(application_id=OuterRef("pk"), person_id=by.person_id))
    )


def standing_dues(applications: Iterable[Application]) -> dict[int, StageDue]:
    """The deadline of the stage at which each application stands; key: application."""
    dues = StageDue.objects.filter(application__in=[one.pk for one in applications])
    current = Q(stage=F("application__stage")) & (
        Q(round=F("application__round")) | Q(round=F("application__round") + 1, application__state=State.RETURNED.value)
    )
    return {one.application_id: one for one in dues.filter(current).order_by("round")}


def application(scope: Scope, pk: int) -> Application:
    """One application in scope; raises Application.DoesNotExist."""
    found = Application.objects.select_related("flow", "capacity__agency", "case")
    return found.get(in_scope(scope), pk=pk)


def contents_of(one: Application) -> list[Content]:
    """What was applied for in every round, oldest first."""
    return list(one.contents.order_by("round"))


def content_of(one: Application) -> Content:
    """What is applied for in the present round."""
    return one.contents.get(round=one.round)


def steps_of(one: Application) -> list[Step]:
    """All steps, oldest first."""
    return list(one.steps.select_related("seat", "capacity__agency").order_by("version"))


def route(one: Application, flow: Flow) -> list[RouteStage]:
    """The stages of the present round in their order, those of other branches left out once the branch is known."""
    seats = list(one.seats.select_related("capacity__agency").filter(round=one.round).order_by("order", "pk"))
    signs = {
        step.seat_id: step for step in one.steps.select_related("seat").filter(round=one.round, seat__isnull=False)
    }
    dues = {due.stage: due for due in one.dues.filter(round=one.round)}
    standing = standing_of(one)
    turn = {(place.key, place.capacity_id) for place in rules.open_seats(standing)}
    found: dict[int, RouteStage] = {}
    for seat in seats:
        if seat.branch and one.branch and seat.branch != one.branch:
            continue
        stage = flow.stage(seat.stage)
        drawn = found.setdefault(
            seat.order,
            RouteStage(seat.order, stage.title, seat.phase, seat.branch, seat.provision, dues.get(seat.order)),
        )
        place = place_of(seat)
        drawn.signatures.append(
            Signature(
                seat=seat,
                word=flow.seat(seat.stage, seat.seat).word,
                capacity=seat.capacity,
                step=signs.get(seat.pk),
                open=(place.key, place.capacity_id) in turn,
            )
        )
    return [found[order] for order in sorted(found)]


def open_seat(one: Application, by: Actor) -> tuple[Seat | None, str]:
    """The seat that this person may fill now, and else why a seat of his unit is closed to him ('' without one)."""
    standing: Standing = standing_of(one)
    why = ""
    for seat in one.seats.filter(round=one.round, capacity_id=by.capacity_id).order_by("order", "pk"):
        place = place_of(seat)
        if place not in rules.open_seats(standing) or not by.may(seat.permission):
            continue
        problem = rules.barred(standing, place, by.person_id)
        if problem is None:
            return seat, ""
        why = problem
    return None, why


def may(one: Application, by: Actor, verb: Verb) -> bool:
    """Whether this person may correct, withdraw or roll back now (a reason still has to be written)."""
    standing, own, enough = standing_of(one), one.capacity_id == by.capacity_id, "理由" * rules.SHORTEST_REASON
    applies = by.may(Permission.APPROVAL_APPLY)
    if verb is Verb.SUBMIT:
        return applies and rules.correction_refusal(standing=standing, own=own, person_id=by.person_id) is None
    if verb is Verb.WITHDRAW:
        return applies and rules.withdrawal_refusal(standing=standing, own=own, text=enough) is None
    executes = any(by.may(place.permission) for place in rules.active(standing) if place.phase == "execute")
    return executes and (
        rules.rollback_refusal(standing=standing, capacity_id=by.capacity_id, person_id=by.person_id, text=enough)
        is None
    )


def why_not_corrected(one: Application, by: Actor) -> str:
    """Why this person cannot correct it now (a Chinese sentence), '' when he can."""
    own = one.capacity_id == by.capacity_id
    return rules.correction_refusal(standing=standing_of(one), own=own, person_id=by.person_id) or ""


def executors(capacity_id: int, but: Collection[int]) -> dict[int, str]:
    """Who of a unit may execute (操作人员), by name; ``but`` are persons who have acted already."""
    able = [role for role in roles.roles() if Permission.APPROVAL_EXECUTE in roles.permissions_of(role)]
    today = clock.today()
    held = Appointment.objects.filter(
        capacity_id=capacity_id, valid__contains=today, post__valid__contains=today, post__role__in=able
    ).exclude(person_id__in=but)
    return {one.person_id: one.person.name for one in held.select_related("person").order_by("person__number")}


@dataclass(frozen=True, slots=True)
class KeptFile:
    """A file laid to an application; ``sensitive`` where the flow says so of any blank it was filled into."""

    stored: StoredObject
    name: str
    sensitive: bool


def kept_file(one: Application, sha256: str) -> KeptFile | None:
    """A file that was laid to this application; None for any other."""
    flow = definition(one.flow)
    filled = [(flow.fields, data) for data in one.contents.values_list("data", flat=True)]
    for step in one.steps.filter(seat__isnull=False).select_related("seat"):
        assert step.seat is not None  # noqa: S101 - asked for above
        filled.append((flow.seat(step.seat.stage, step.seat.seat).fields, step.data.get("values", {})))
    found = [
        (blank, data[blank.name])
        for blanks, data in filled
        for blank in blanks
        if blank.kind == "file" and data.get(blank.name, {}).get("sha256") == sha256
    ]
    stored = StoredObject.objects.filter(sha256=sha256).first() if found else None
    if stored is None:
        return None
    return KeptFile(stored, str(found[0][1]["name"]), any(blank.sensitive for blank, _ in found))


def form_of(one: Application) -> Document | None:
    """The printed form of an application; whoever sees the application may read it."""
    with scopes.within(scopes.everything()):
        made = PrintedForm.objects.select_related("document").filter(application=one).first()
        return made.document if made else None
