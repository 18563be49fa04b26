"""What ``bayyina doctor`` says, in English and Arabic: what was looked at, and what was found."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, NamedTuple

KIND_MACHINE: Final = "machine"
"""About what is installed."""

KIND_SAFETY: Final = "safety"
"""About what is unsafe, or what could not be brought back."""


class Said(NamedTuple):
    """One thing that can be found, with places for values in braces."""

    what: str
    what_ar: str
    detail: str
    detail_ar: str


JOBS: Final[Mapping[str, tuple[str, str]]] = {
    "django": ("the tables of a workspace", "جداول مساحة العمل"),
    "duckdb": ("figures", "الأرقام"),
    "pyarrow": ("figures", "الأرقام"),
    "cryptography": ("keys and the custody log", "المفاتيح وسجل الحيازة"),
    "python_calamine": ("reading XLSX and ODS", "قراءة XLSX وODS"),
    "typst": ("PDF reports", "تقارير PDF"),
    "vl_convert": ("charts", "الرسوم البيانية"),
    "psycopg": ("keeping a workspace in PostgreSQL", "حفظ مساحة العمل في PostgreSQL"),
    "rasterio": ("reading satellite scenes", "قراءة صور الأقمار الصناعية"),
    "PIL": (
        "looking into pictures and finding those that look alike",
        "فحص الصور وإيجاد المتشابه منها",
    ),
    "pikepdf": ("looking into PDF files", "فحص ملفات PDF"),
    "c2pa": ("reading statements of provenance in pictures", "قراءة بيانات المصدر في الصور"),
    "obstore": ("keeping evidence in object storage", "حفظ الأدلة في تخزين سحابي"),
    "exiftool": ("all metadata of a file", "كل البيانات الوصفية لملف"),
    "ffprobe": ("looking into videos and sound", "فحص المقاطع المرئية والصوتية"),
    "tesseract": (
        "reading scans by machine, as a lead",
        "قراءة الممسوحات آليًا، كخيط للبحث",
    ),
    "openssl": ("checking time-stamps", "التحقق من أختام الوقت"),
    "prlimit": (
        "limiting the memory of readers of foreign files",
        "تحديد ذاكرة برامج قراءة الملفات الغريبة",
    ),
}
"""What libraries and programs are for."""

WORDS: Final[Mapping[str, Said]] = {
    "python": Said("Python", "Python", "{version}", "{version}"),
    "sqlite": Said("SQLite", "SQLite", "{version}", "{version}"),
    "library": Said("{name}", "{name}", "for {job}", "من أجل {job_ar}"),
    "library-missing": Said(
        "{name}",
        "{name}",
        'for {job}: pip install "{package}"',
        'من أجل {job_ar}: ثبّتها بالأمر pip install "{package}"',
    ),
    "program-missing": Said(
        "{name}",
        "{name}",
        "for {job}: on Debian, apt-get install {package}",
        "من أجل {job_ar}: على دبيان apt-get install {package}",
    ),
    "disk": Said(
        "disk",
        "القرص",
        "{free} GiB free for the workspace",
        "{free} غيغابايت متاحة لمساحة العمل",
    ),
    "disk-unknown": Said(
        "disk", "القرص", "{folder} cannot be looked at", "تعذّر فحص {folder}"
    ),
    "workspace": Said("workspace", "مساحة العمل", "{folder}", "{folder}"),
    "no-workspace": Said(
        "workspace",
        "مساحة العمل",
        "{folder} is none; make one with: bayyina init {folder}",
        "{folder} ليس مساحة عمل؛ أنشئ واحدة بالأمر: bayyina init {folder}",
    ),
    "database-closed": Said(
        "database",
        "قاعدة البيانات",
        "what is safe in it was not looked at: {why}",
        "لم يُفحص ما فيها: {why}",
    ),
    "rights": Said(
        "rights of files",
        "صلاحيات الملفات",
        "only their owner reads them",
        "لا يقرؤها إلا مالكها",
    ),
    "rights-open": Said(
        "rights of files",
        "صلاحيات الملفات",
        "others on this computer can read {path}: chmod -R go-rwx {folder}",
        "يستطيع غيرك على هذا الحاسوب قراءة {path}: نفّذ chmod -R go-rwx {folder}",
    ),
    "rights-unknown": Said(
        "rights of files",
        "صلاحيات الملفات",
        "cannot be told on this system: look at the folder's access list",
        "لا يمكن معرفتها على هذا النظام: راجع قائمة الوصول للمجلد",
    ),
    "disk-encrypted": Said(
        "encryption of the disk",
        "تشفير القرص",
        "the folder lies on an encrypted device ({device})",
        "المجلد على جهاز مشفّر ({device})",
    ),
    "disk-plain": Said(
        "encryption of the disk",
        "تشفير القرص",
        "no encryption was found for the disk of this folder: unless the disk encrypts itself, who "
        "takes the computer reads all that is not sealed",
        "لم يُعثر على تشفير لقرص هذا المجلد: ما لم يكن القرص مشفّرًا بذاته، فمن يأخذ الحاسوب يقرأ كل ما ليس "
        "مختومًا",
    ),
    "disk-not-told": Said(
        "encryption of the disk",
        "تشفير القرص",
        "this system does not tell: see for yourself that it is switched on (BitLocker, FileVault)",
        "هذا النظام لا يبيّن ذلك: تأكد بنفسك أنه مفعّل (BitLocker أو FileVault)",
    ),
    "passphrase-in-environment": Said(
        "passphrase",
        "عبارة المرور",
        "BAYYINA_PASSPHRASE is set: other programs of yours can read it; use "
        "BAYYINA_PASSPHRASE_FILE, or type it",
        "المتغير BAYYINA_PASSPHRASE مضبوط وتستطيع برامجك الأخرى قراءته؛ استخدم "
        "BAYYINA_PASSPHRASE_FILE أو اكتبها",
    ),
    "custodians": Said(
        "who is cleared",
        "المُجازون لفتح المختوم",
        "{people}",
        "{people}",
    ),
    "no-sealing-key": Said(
        "who is cleared",
        "المُجازون لفتح المختوم",
        "there is no sealing key yet: bayyina people seal-key",
        "لا يوجد مفتاح ختم بعد: bayyina people seal-key",
    ),
    "no-custodian": Said(
        "who is cleared",
        "المُجازون لفتح المختوم",
        "nobody: what is sealed can be opened by recovery shares alone",
        "لا أحد: لا يُفتح المختوم إلا بحصص الاستعادة",
    ),
    "one-custodian": Said(
        "who is cleared",
        "المُجازون لفتح المختوم",
        "{people} alone: if that key is lost, what is sealed is lost. Clear a second person, or make "
        "recovery shares",
        "{people} وحده: إذا ضاع هذا المفتاح ضاع المختوم. أجِز شخصًا ثانيًا، أو اصنع حصص استعادة",
    ),
    "administrator-cleared": Said(
        "administrators",
        "المسؤولون عن الإدارة",
        "{people} administers and is cleared: who manages people should not read what is sealed",
        "{people} مسؤول إدارة ومُجاز معًا: من يدير الأعضاء لا ينبغي أن يقرأ المختوم",
    ),
    "administrators": Said(
        "administrators",
        "المسؤولون عن الإدارة",
        "none of them is cleared",
        "لا أحد منهم مُجاز",
    ),
    "former": Said(
        "former members",
        "الأعضاء السابقون",
        "{people} held the case key in force: bayyina keys rotate case-key --reason member-left",
        "كان لدى {people} مفتاح القضية الحالي: bayyina keys rotate case-key --reason member-left",
    ),
    "former-cleared": Said(
        "former custodians",
        "من سُحبت إجازتهم",
        "somebody held the sealing key of {cases}: bayyina keys rotate sealing-key --reason member-left",
        "كان لدى أحدهم مفتاح ختم {cases}: bayyina keys rotate sealing-key --reason member-left",
    ),
    "evidence-holders": Said(
        "who opens evidence",
        "من يفتح الأدلة",
        "{people}",
        "{people}",
    ),
    "no-evidence-holder": Said(
        "who opens evidence",
        "من يفتح الأدلة",
        "nobody holds the evidence key: {items} items can be opened by recovery shares alone",
        "لا أحد لديه مفتاح الأدلة: لا تُفتح المواد ({items}) إلا بحصص الاستعادة",
    ),
    "one-evidence-holder": Said(
        "who opens evidence",
        "من يفتح الأدلة",
        "{people} alone: if that key is lost, the bytes of evidence are lost. Give a second person a "
        "role that reads evidence, or make recovery shares",
        "{people} وحده: إذا ضاع هذا المفتاح ضاعت ملفات الأدلة. أعطِ شخصًا ثانيًا دورًا يقرأ الأدلة، أو اصنع "
        "حصص استعادة",
    ),
    "administrator-reads-evidence": Said(
        "administrators and evidence",
        "مسؤولو الإدارة والأدلة",
        "{people} administers and holds the evidence key: give the roles that read evidence to others, "
        "then take them from whoever manages people",
        "{people} مسؤول إدارة ولديه مفتاح الأدلة: أعطِ أدوار قراءة الأدلة لغيره ثم اسحبها ممن يدير الأعضاء",
    ),
    "evidence-key-waits": Said(
        "who cannot open evidence yet",
        "من لا يفتح الأدلة بعد",
        "the roles of {people} need the evidence key; somebody who holds it gives it: bayyina keys rotate "
        "evidence-key --reason routine",
        "أدوار {people} تحتاج إلى مفتاح الأدلة؛ يعطيه من هو لديه: bayyina keys rotate evidence-key "
        "--reason routine",
    ),
    "former-evidence": Said(
        "former holders of the evidence key",
        "من كان لديهم مفتاح الأدلة",
        "{people} held the evidence key in force: bayyina keys rotate evidence-key --reason member-left",
        "كان لدى {people} مفتاح الأدلة الحالي: bayyina keys rotate evidence-key --reason member-left",
    ),
    "evidence-under-case-key": Said(
        "evidence of before",
        "أدلة من قبل",
        "every member's case key opens {items} items that were taken in before there was an evidence "
        "key: bayyina keys rotate evidence-key --reason routine",
        "يفتح مفتاح القضية لدى كل عضو مواد ({items}) أُدخلت قبل وجود مفتاح الأدلة: bayyina keys rotate "
        "evidence-key --reason routine",
    ),
    "shares": Said(
        "recovery shares",
        "حصص الاستعادة",
        "set {set}: {needed} of {of}",
        "المجموعة {set}: {needed} من {of}",
    ),
    "no-shares": Said(
        "recovery shares",
        "حصص الاستعادة",
        "none: if every key is lost, so is the workspace. Make them with: bayyina keys shares make",
        "لا توجد: إذا ضاعت المفاتيح كلها ضاعت مساحة العمل. اصنعها بالأمر: bayyina keys shares make",
    ),
    "backup": Said(
        "backup",
        "النسخة الاحتياطية",
        "{days} days old",
        "عمرها {days} من الأيام",
    ),
    "backup-old": Said(
        "backup",
        "النسخة الاحتياطية",
        "{days} days old, and {entries} entries behind: bayyina backup create FOLDER",
        "عمرها {days} من الأيام وتنقصها {entries} من القيود: bayyina backup create FOLDER",
    ),
    "no-backup": Said(
        "backup",
        "النسخة الاحتياطية",
        "none was ever made: bayyina backup create FOLDER, on another disk",
        "لم تُصنع أي نسخة: bayyina backup create FOLDER على قرص آخر",
    ),
    "outside-checkpoint": Said(
        "outside witnesses",
        "الشهود الخارجيون",
        "a checkpoint was witnessed or time-stamped outside",
        "شُهد على نقطة تحقق أو خُتم وقتها خارجيًا",
    ),
    "no-outside-checkpoint": Said(
        "outside witnesses",
        "الشهود الخارجيون",
        "no checkpoint was ever witnessed or time-stamped outside: who has all keys could rewrite "
        "the log unnoticed (bayyina log checkpoint)",
        "لم يُشهد على أي نقطة تحقق خارجيًا: من يملك المفاتيح كلها يستطيع إعادة كتابة السجل دون أن يُلاحظ (bayyina "
        "log checkpoint)",
    ),
    "second-factors": Said(
        "second factors",
        "العامل الثاني",
        "everybody who needs one has set one up, or has not used the web application",
        "كل من يحتاجه أعدّه، أو لم يستخدم تطبيق الويب",
    ),
    "no-second-factor": Said(
        "second factors",
        "العامل الثاني",
        "not set up by {people}; they are asked when they sign in",
        "لم يُعدّه {people}؛ سيُطلب منهم عند الدخول",
    ),
    "second-factor-waived": Said(
        "second factors",
        "العامل الثاني",
        "this workspace of invented data does without",
        "مساحة العمل هذه ببيانات متخيّلة ولا تطلبه",
    ),
    "unsealed": Said(
        "values in clear",
        "قيم غير مختومة",
        "{records} records hold something that ought to be sealed: bayyina seal --due",
        "في {records} من السجلات ما ينبغي ختمه: bayyina seal --due",
    ),
    "memory": Said(
        "files opened for a moment",
        "ملفات فُتحت مؤقتاً",
        "in memory: {own} of this workspace, {others} of others, all in use",
        "في الذاكرة: {own} من مساحة العمل هذه، و{others} من غيرها، وكلها قيد الاستعمال",
    ),
    "memory-left": Said(
        "files opened for a moment",
        "ملفات فُتحت مؤقتاً",
        "{left} folders lie in memory in plain whose program is gone, {others} of other workspaces: "
        "bayyina lock in each of them, or switch the machine off",
        "{left} من المجلدات باقية مكشوفة في الذاكرة بعد انتهاء برنامجها، منها {others} من مساحات عمل أخرى: "
        "نفّذ bayyina lock في كل منها، أو أطفئ الجهاز",
    ),
    "memory-unknown": Said(
        "files opened for a moment",
        "ملفات فُتحت مؤقتاً",
        "what lies in memory cannot be seen: {reason}",
        "تعذّرت رؤية ما في الذاكرة: {reason}",
    ),
    "all-sealed": Said(
        "values in clear",
        "قيم غير مختومة",
        "nothing stands in clear that ought to be sealed",
        "لا شيء مكشوف مما ينبغي ختمه",
    ),
    "debug": Said(
        "server",
        "الخادم",
        "shows details of errors to browsers: end it; settings were changed",
        "يعرض تفاصيل الأخطاء للمتصفحات: أوقفه؛ فقد غُيّرت إعداداته",
    ),
    "server-open": Said(
        "server",
        "الخادم",
        "answers to {hosts} without TLS: start it with --https behind a proxy that speaks TLS",
        "يجيب على {hosts} دون TLS: شغّله مع --https خلف وسيط يستخدم TLS",
    ),
    "server": Said(
        "server",
        "الخادم",
        "answers to {hosts}",
        "يجيب على {hosts}",
    ),
}  # fmt: skip
"""Everything that is said, by code."""
