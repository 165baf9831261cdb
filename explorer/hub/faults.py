"""What went wrong on the way to the Hub, in words for the reader of a page."""

import httpx2
from huggingface_hub.errors import (
    DisabledRepoError,
    EntryNotFoundError,
    GatedRepoError,
    HfHubHTTPError,
    OfflineModeIsEnabled,
    RepositoryNotFoundError,
    RevisionNotFoundError,
)
from huggingface_hub.utils import hf_raise_for_status  # type: ignore[attr-defined]

from explorer.errors import AccessError, ExplorerError, HubError, ModelNotFoundError
from explorer.hub.deadline import Deadline

OFFLINE_ADVICE = "Bundled models need no Hub: try gallery:, arch:bert, or paste a config.json."
_BAD_TOKEN = "Invalid credentials"  # noqa: S105 - words of an error message


def too_late(deadline: Deadline) -> HubError:
    """The error for an answer that did not come in time."""
    return HubError(
        f"The Hub did not answer within {deadline.seconds:g} seconds.", f"Try again later. {OFFLINE_ADVICE}"
    )


def unreachable(host: str, reason: str) -> HubError:
    """The error for a Hub that no connection leads to."""
    return HubError(f"{host} cannot be reached: {reason}.", f"Check the network. {OFFLINE_ADVICE}")


def offline() -> HubError:
    """The error for a Hub that must not be asked."""
    return HubError("The Hub is switched off here (HF_HUB_OFFLINE).", OFFLINE_ADVICE)


def is_not_data(what: str) -> HubError:
    """The error for an answer that is not what the Hub's protocol promises."""
    return HubError(f"The Hub answered with {what}.", "Try again later, or check the proxy and HF_ENDPOINT.")


def error_of_status(
    status: int, headers: httpx2.Headers, request: httpx2.Request, about: str
) -> ExplorerError:
    """The error that an answer's status and its X-Error-Code mean for ``about``, a model or its file."""
    # Without the body: huggingface_hub trusts its shape, and a list there is an AttributeError.
    kept = {key: value for key, value in headers.items() if key.startswith("x-error-")}
    try:
        hf_raise_for_status(httpx2.Response(status, headers=kept, request=request, content=b""))
    except HfHubHTTPError as error:
        return _translate(error, status, kept.get("x-error-message", ""), about, _has_token(request))
    return is_not_data(f"status {status}")


def error_of_connection(error: Exception, host: str, deadline: Deadline) -> ExplorerError:
    """The error that a broken or refused connection means."""
    if isinstance(error, OfflineModeIsEnabled):
        return offline()
    if isinstance(error, httpx2.ConnectError):
        return unreachable(host, "no connection could be made")
    if isinstance(error, httpx2.ConnectTimeout):
        return unreachable(host, "it does not answer")
    if isinstance(error, httpx2.TimeoutException):
        return too_late(deadline)
    if isinstance(error, httpx2.InvalidURL | httpx2.UnsupportedProtocol):
        return is_not_data("an address that cannot be followed")
    return HubError("The connection to the Hub broke off.", "Try again.")


def _translate(
    error: HfHubHTTPError, status: int, message: str, about: str, has_token: bool
) -> ExplorerError:
    if _BAD_TOKEN in message:
        return AccessError(
            "The Hub does not accept this token.", "Check it, or remove it: public models need none."
        )
    match error:
        case GatedRepoError():
            advice = (
                "Ask for access on its page; this token has none."
                if has_token
                else "Accept the conditions on its page; the command line then reads it with your own token."
            )
            return AccessError(f"{about} is gated: its authors let only those read it who asked.", advice)
        case DisabledRepoError():
            return AccessError(f"The Hub has disabled {about}.", "Choose another model.")
        case RevisionNotFoundError():
            return ModelNotFoundError(
                f"{about} has no such revision.", "Check the branch, tag or commit after the @."
            )
        case EntryNotFoundError():
            return ModelNotFoundError(f"{about} is not there.", "Check the name of the file.")
        case RepositoryNotFoundError():
            return _not_found(about, has_token)
    return _of_status(status, about, has_token)


def _of_status(status: int, about: str, has_token: bool) -> ExplorerError:
    if status in (401, 404):
        return _not_found(about, has_token)
    if status in (403, 451):
        return AccessError(f"The Hub refuses to show {about}.", "Check what the token may read.")
    if status == 429:
        return HubError("The Hub gets too many requests from here.", "Wait a minute, then try again.")
    if status >= 500:
        why = f"it has a fault of its own (status {status})"
        return HubError(f"The Hub does not give {about}: {why}.", "Try again later.")
    return is_not_data(f"status {status}")


def _not_found(about: str, has_token: bool) -> ModelNotFoundError:
    # The Hub says 401 for both, so that nobody learns which private models there are.
    advice = "or use a token that may read it" if has_token else "or, if it is private, use the command line"
    hint = "" if "/" in about else " Most names need an owner: owner/name; arch:NAME is an architecture."
    return ModelNotFoundError(
        f"The Hub has no model {about} that is public.", f"Check the spelling, {advice}.{hint}"
    )


def _has_token(request: httpx2.Request) -> bool:
    return "authorization" in request.headers
