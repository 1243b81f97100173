"""The forms of stories, for readers and for the desk: each says what is wrong and yields one value.

What a rule forbids, the verb says. Texts are cleaned as they come in, so that what is shown again, checked
and stored is the same text.
"""

from newsroom.stories.forms.acts import (
    ActForm,
    AskForm,
    AssessForm,
    DeclineForm,
    EraseForm,
    HoldForm,
    NoteForm,
    PrintFollowUpForm,
    PrivateForm,
    ReadyForm,
    UnpublishForm,
    WriteForm,
)
from newsroom.stories.forms.redacting import Asked, NamingForm, PickForm
from newsroom.stories.forms.revision import Edited, ResolveForm, RestoreForm, RevisionForm, TakeawayForm
from newsroom.stories.forms.share import ShareForm
from newsroom.stories.forms.status import (
    AllowForm,
    AnswerForm,
    ApproveForm,
    ChangeForm,
    EraseNowForm,
    FollowUpForm,
    FollowUpNoForm,
    FollowUpYesForm,
    IntroduceForm,
    MessageForm,
    ReceiptForm,
    RefuseForm,
    StatusForm,
)

__all__ = [
    "ActForm",
    "AllowForm",
    "AnswerForm",
    "ApproveForm",
    "AskForm",
    "Asked",
    "AssessForm",
    "ChangeForm",
    "DeclineForm",
    "Edited",
    "EraseForm",
    "EraseNowForm",
    "FollowUpForm",
    "FollowUpNoForm",
    "FollowUpYesForm",
    "HoldForm",
    "IntroduceForm",
    "MessageForm",
    "NamingForm",
    "NoteForm",
    "PickForm",
    "PrintFollowUpForm",
    "PrivateForm",
    "ReadyForm",
    "ReceiptForm",
    "RefuseForm",
    "ResolveForm",
    "RestoreForm",
    "RevisionForm",
    "ShareForm",
    "StatusForm",
    "TakeawayForm",
    "UnpublishForm",
    "WriteForm",
]
