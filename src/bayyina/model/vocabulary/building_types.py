"""From drafts of record types to record types: inheritance and its checks."""

from __future__ import annotations

from collections.abc import Callable

from bayyina.model.vocabulary.drafting import Drafts, Placed, PropertyDraft, TypeDraft
from bayyina.model.vocabulary.elements import Constraint, Property, RecordType, is_stricter
from bayyina.model.vocabulary.faults import suggestion

_CONSTRAINED = {"at_most": ("quantity", "number"), "not_after": ("date",)}


class TypeBuilder:
    """Builds every record type once, parents first."""

    def __init__(self, drafts: Drafts) -> None:
        self._drafts = drafts
        self._built: dict[str, RecordType] = {}
        self._open: list[str] = []

    def build(self) -> dict[str, RecordType]:
        """All record types by name, in alphabetical order."""
        for name in sorted(self._drafts.types):
            self._build(name)
        return {name: self._built[name] for name in sorted(self._built)}

    def _build(self, name: str) -> RecordType | None:
        if name in self._built:
            return self._built[name]
        draft = self._drafts.types[name]
        if name in self._open:
            chain = " → ".join([*self._open[self._open.index(name) :], name])
            self._fault(draft, f"is a kind of itself: {chain}")
            return None
        self._open.append(name)
        parent = self._parent(draft)
        self._open.pop()
        built = self._record_type(draft, parent)
        self._built[name] = built
        return built

    def _parent(self, draft: TypeDraft) -> RecordType | None:
        if draft.parent is None:
            return None
        if draft.parent not in self._drafts.types:
            near = suggestion(draft.parent, self._drafts.types)
            self._fault(draft, f"is a kind of `{draft.parent}`, which does not exist{near}")
            return None
        return self._build(draft.parent)

    def _record_type(self, draft: TypeDraft, parent: RecordType | None) -> RecordType:
        level = draft.level or (parent.level if parent else "internal")
        inherited = dict(parent.properties) if parent else {}
        properties = dict(inherited)
        for name, placed in draft.properties.items():
            properties[name] = self._property(draft, placed, inherited.get(name), level)
        for placed_constraint in draft.constraints:
            self._check_constraint(draft, placed_constraint, properties)
        own = tuple(placed.part for placed in draft.constraints)
        built = RecordType(
            name=draft.name,
            parent=draft.parent,
            label=draft.label,
            properties=properties,
            ancestors=(parent.name, *parent.ancestors) if parent else (),
            own_properties=tuple(draft.properties),
            huridocs=draft.huridocs,
            abstract=draft.abstract,
            about=draft.about or (parent.about if parent else None),
            custody=draft.custody or (parent.custody if parent else None),
            once=draft.once or (parent.once if parent else False),
            clarifies=draft.clarifies or (parent.clarifies if parent else ()),
            constraints=(*(parent.constraints if parent else ()), *own),
            level=level,
        )
        self._check_about(draft, built)
        return built

    def _property(
        self,
        owner: TypeDraft,
        placed: Placed[PropertyDraft],
        above: Property | None,
        level: str,
    ) -> Property:
        draft = placed.part
        fault = self._property_fault(owner, placed)
        if above is not None:
            self._check_refinement(draft, above, fault)
        kind = draft.type or (above.type if above else None)
        if kind is None:
            fault("has no `type`")
        if draft.label is None and above is None:
            fault("has no `label`: give it in en and ar")
        built = Property(
            name=draft.name,
            type=kind or "text",
            label=draft.label or (above.label if above else {}),
            of=draft.of or (above.of if above else None),
            to=draft.to or (above.to if above else ()),
            multiple=_first(draft.multiple, above.multiple if above else False),
            required=draft.required or (above.required if above else None),
            level=draft.level or (above.level if above else level),
            unit=draft.unit or (above.unit if above else None),
            huridocs=draft.huridocs or (above.huridocs if above else None),
        )
        self._check_references(built, fault)
        return built

    def _check_refinement(
        self, draft: PropertyDraft, above: Property, fault: Callable[[str], None]
    ) -> None:
        if draft.type not in (None, above.type):
            fault(f"is of the type `{draft.type}`, but it inherits `{above.type}`")
        if draft.of not in (None, above.of):
            fault(f"chooses from `{draft.of}`, but it inherits `{above.of}`")
        if draft.level is not None and is_stricter(above.level, draft.level):
            fault(f"lowers the level `{above.level}` that it inherits to `{draft.level}`")

    def _check_references(self, built: Property, fault: Callable[[str], None]) -> None:
        lists, types = self._drafts.lists, self._drafts.types
        if built.type == "term" and built.of is None:
            fault("needs the term list that it chooses from under `of`")
        if built.of is not None and built.type != "term":
            fault("has `of`, which belongs to properties of the type `term`")
        if built.of is not None and built.of not in lists:
            fault(f"chooses from `{built.of}`, which does not exist{suggestion(built.of, lists)}")
        if built.unit is not None and built.type != "quantity":
            fault("has `unit`, which belongs to properties of the type `quantity`")
        if built.type == "link" and not built.to:
            fault("needs the record types that it links to under `to`")
        if built.to and built.type != "link":
            fault("has `to`, which belongs to properties of the type `link`")
        for target in built.to:
            if target not in types:
                fault(f"links to `{target}`, which does not exist{suggestion(target, types)}")

    def _check_constraint(
        self, owner: TypeDraft, placed: Placed[Constraint], properties: dict[str, Property]
    ) -> None:
        constraint = placed.part
        for name in constraint.properties:
            what = f"the type `{owner.name}` has a constraint on `{name}`"
            if name not in properties:
                near = suggestion(name, properties)
                message = f"{what}, which is not one of its properties{near}"
                self._drafts.faults.add(placed.file, placed.line, message)
            elif properties[name].type not in _CONSTRAINED[constraint.kind]:
                kinds = " or ".join(_CONSTRAINED[constraint.kind])
                message = f"{what}, but `{constraint.kind}` compares the type {kinds}"
                self._drafts.faults.add(placed.file, placed.line, message)

    def _check_about(self, draft: TypeDraft, built: RecordType) -> None:
        if draft.about is None:
            return
        target = built.properties.get(draft.about)
        if target is None or target.type != "link":
            self._fault(draft, f"is about `{draft.about}`, which is not one of its links")

    def _fault(self, draft: TypeDraft, message: str) -> None:
        self._drafts.faults.add(draft.file, draft.line, f"the type `{draft.name}` {message}")

    def _property_fault(
        self, owner: TypeDraft, placed: Placed[PropertyDraft]
    ) -> Callable[[str], None]:
        what = f"the property `{owner.name}.{placed.part.name}`"

        def fault(message: str) -> None:
            self._drafts.faults.add(placed.file, placed.line, f"{what} {message}")

        return fault


def _first(value: bool | None, default: bool) -> bool:
    return default if value is None else value
