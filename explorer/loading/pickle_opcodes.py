"""What each opcode of a pickle does to the machine; only ever with inert values.

No name that a pickle holds is imported and nothing is called: what a hostile file asks for is
written down, as a Global or an Unknown, and that is all.
"""

from collections.abc import Callable
from typing import Any

from explorer.errors import CheckpointError
from explorer.loading.pickle_machine import Machine, broken_pickle
from explorer.loading.pickle_values import Global, Unknown, call, storage

Step = Callable[[Machine, Any], None]

# Opcodes whose decoded argument is the value.
_LITERALS = {
    "INT",
    "BININT",
    "BININT1",
    "BININT2",
    "LONG",
    "LONG1",
    "LONG4",
    "FLOAT",
    "BINFLOAT",
    "STRING",
    "BINSTRING",
    "SHORT_BINSTRING",
    "UNICODE",
    "BINUNICODE",
    "SHORT_BINUNICODE",
    "BINUNICODE8",
    "BINBYTES",
    "SHORT_BINBYTES",
    "BINBYTES8",
    "BYTEARRAY8",
}


def step(machine: Machine, name: str, argument: Any) -> None:
    """Do what the opcode says; CheckpointError for one that no checkpoint needs."""
    if name in _LITERALS:
        machine.push(argument)
    elif name in _STEPS:
        _STEPS[name](machine, argument)
    else:
        raise CheckpointError(f"The pickle uses {name}, which no checkpoint needs.", "Choose another model.")


def _drop(machine: Machine, _: Any) -> None:
    machine.pop()


def _drop_run(machine: Machine, _: Any) -> None:
    machine.pop_run()


def _tuple_of(length: int) -> Step:
    def take(machine: Machine, _: Any) -> None:
        machine.push(tuple(reversed([machine.pop() for _ in range(length)])))

    return take


def _add_to_list(machine: Machine, values: list[Any]) -> None:
    target = machine.top()
    if isinstance(target, list):
        target.extend(values)


def _add_to_dict(machine: Machine, values: list[Any]) -> None:
    target = machine.top()
    if len(values) % 2:
        raise broken_pickle()
    if isinstance(target, dict):
        # Only text: hashing a tuple of tuples of tuples can take for ever.
        target.update((k, v) for k, v in zip(values[::2], values[1::2], strict=True) if isinstance(k, str))


def _set_item(machine: Machine, _: Any) -> None:
    value, key = machine.pop(), machine.pop()
    _add_to_dict(machine, [key, value])


def _push_dict(machine: Machine, _: Any) -> None:
    values = machine.pop_run()
    machine.push({})
    _add_to_dict(machine, values)


def _push_global(machine: Machine, argument: str) -> None:
    module, _, name = argument.partition(" ")
    machine.push(Global(module, name))


def _push_stack_global(machine: Machine, _: Any) -> None:
    name, module = machine.pop(), machine.pop()
    both = isinstance(module, str) and isinstance(name, str)
    machine.push(Global(module, name) if both else Unknown())


def _reduce(machine: Machine, _: Any) -> None:
    arguments, function = machine.pop(), machine.pop()
    machine.push(call(function, arguments))


def _forget(count: int) -> Step:
    """Take so many values, and push what nobody knows instead of an object made of them."""

    def take(machine: Machine, _: Any) -> None:
        for _ in range(count):
            machine.pop()
        machine.push(Unknown())

    return take


def _forget_run(machine: Machine, _: Any) -> None:
    machine.pop_run()
    machine.push(Unknown())


_STEPS: dict[str, Step] = {
    "PROTO": lambda machine, _: None,
    "FRAME": lambda machine, _: None,
    "NONE": lambda machine, _: machine.push(None),
    "NEWTRUE": lambda machine, _: machine.push(True),
    "NEWFALSE": lambda machine, _: machine.push(False),
    "MARK": lambda machine, _: machine.mark(),
    "POP": lambda machine, _: machine.pop_anything(),
    "POP_MARK": _drop_run,
    "DUP": lambda machine, _: machine.push(machine.top()),
    "EMPTY_TUPLE": _tuple_of(0),
    "TUPLE1": _tuple_of(1),
    "TUPLE2": _tuple_of(2),
    "TUPLE3": _tuple_of(3),
    "TUPLE": lambda machine, _: machine.push(tuple(machine.pop_run())),
    "EMPTY_LIST": lambda machine, _: machine.push([]),
    "LIST": lambda machine, _: machine.push(machine.pop_run()),
    "APPEND": lambda machine, _: _add_to_list(machine, [machine.pop()]),
    "APPENDS": lambda machine, _: _add_to_list(machine, machine.pop_run()),
    "EMPTY_DICT": lambda machine, _: machine.push({}),
    "DICT": _push_dict,
    "SETITEM": _set_item,
    "SETITEMS": lambda machine, _: _add_to_dict(machine, machine.pop_run()),
    "EMPTY_SET": _forget(0),
    "ADDITEMS": _drop_run,
    "FROZENSET": _forget_run,
    "PUT": lambda machine, place: machine.remember(place),
    "BINPUT": lambda machine, place: machine.remember(place),
    "LONG_BINPUT": lambda machine, place: machine.remember(place),
    "MEMOIZE": lambda machine, _: machine.remember_next(),
    "GET": lambda machine, place: machine.recall(place),
    "BINGET": lambda machine, place: machine.recall(place),
    "LONG_BINGET": lambda machine, place: machine.recall(place),
    "GLOBAL": _push_global,
    "STACK_GLOBAL": _push_stack_global,
    "EXT1": _forget(0),
    "EXT2": _forget(0),
    "EXT4": _forget(0),
    "PERSID": _forget(0),
    "BINPERSID": lambda machine, _: machine.push(storage(machine.pop())),
    "REDUCE": _reduce,
    # BUILD gives state to an object, which stays what it is: the state is dropped.
    "BUILD": _drop,
    "INST": _forget_run,
    "OBJ": _forget_run,
    "NEWOBJ": _forget(2),
    "NEWOBJ_EX": _forget(3),
}
