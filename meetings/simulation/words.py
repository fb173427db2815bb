"""What simulated people write. Every text says of itself that it is simulated."""

from random import Random

MARK_KO, MARK_EN = "(모의)", "(simulated)"

SUBJECTS = (
    ("탄소중립 이행계획", "carbon neutrality plan"),
    ("재생에너지 보급", "renewable energy supply"),
    ("녹색금융 분류체계", "green taxonomy"),
    ("수소 충전소 구축", "hydrogen refuelling stations"),
    ("건물 에너지 진단", "energy audits of buildings"),
    ("친환경차 전환", "switch to low-emission vehicles"),
    ("순환경제 시범사업", "circular economy pilots"),
    ("산림 흡수원 조사", "survey of forest sinks"),
    ("공정 전환 기술개발", "research on cleaner processes"),
    ("배출량 통계 정비", "emission statistics"),
    ("지역 상생 협의체", "regional councils"),
    ("메탄 저감 설비", "methane reduction plants"),
)
DEEDS = (
    ("수립", "Draw up the"),
    ("확대", "Extend the"),
    ("제도 개선", "Reform the rules of the"),
    ("기반 마련", "Lay the ground for the"),
    ("시범 운영", "Try out the"),
)
STEPS = (
    ("초안 마련", "Draft"),
    ("관계부처 협의 완료", "Consultation done"),
    ("공청회 개최", "Public hearing"),
    ("확정·고시", "Adopted and published"),
)
MEASURES = (
    ("협의체 개최 횟수", "Meetings held", "회", "meetings"),
    ("설비 보급량", "Plants installed", "기", "plants"),
)
RESULTS = (
    "ㅇ 실무협의회 {n}회 개최, 쟁점 {m}건 조정",
    "ㅇ 연구용역 중간보고({n}차) 실시",
    "ㅇ 시범사업 대상지 {n}곳 선정, 현장점검 {m}회",
    "ㅇ 법령 개정안 입안, 의견 {m}건 검토",
    "ㅇ 지자체 {n}곳과 이행협약 체결",
    "ㅇ 전문가 자문회의 {n}회, 보완사항 {m}건 반영",
)
PLANS = (
    "ㅇ 관계부처 협의를 거쳐 {n}월 중 확정",
    "ㅇ 공청회({n}월) 후 최종안 마련",
    "ㅇ 예산 반영 협의 및 {n}월 중 공고",
    "ㅇ 시범 결과를 바탕으로 {n}월부터 확대",
)
ISSUES = (
    "ㅇ 관계부처 이견으로 협의 일정이 {n}주 지연",
    "ㅇ 예산 {n}억 원 부족, 재정당국 협의 필요",
    "ㅇ 이해관계자 의견 수렴에 {n}주 추가 소요",
    "ㅇ 근거 법령 개정이 늦어져 후속 절차 {n}건 대기",
)
REASONS = ("관계기관 협의 지연", "국회 심사 일정 변경", "입찰 1회 유찰", "추가 의견 수렴")
ANSWERS = (
    "ㅇ 요청 사항을 검토하였으며, 다음 협의회에 안건으로 상정 예정",
    "ㅇ 소관 예산 범위에서 {n}월까지 지원 가능",
    "ㅇ 법령 검토 결과 추가 협의가 필요함",
)
CONTRIBUTIONS = ("ㅇ 소관 분야 현장점검 {n}회 실시", "ㅇ 협조 과제 추진율 {n}0%, 다음 분기 마무리 예정")
COMMENTS = (
    "추진실적의 기준일과 수치를 밝혀 주십시오",
    "향후계획에 시기를 구체적으로 적어 주십시오",
    "지난 회차와 같은 내용입니다. 달라진 점을 적어 주십시오",
)
QUESTIONS = ("수치의 출처를 알려 주십시오", "협의 결과가 나오는 대로 알려 주십시오")
REPLIES = ("소관 부서 집계이며 다음 회차에 반영하겠습니다", "확인하여 보완하겠습니다")
TIME_WANTED = ("부서 간 취합이 늦어지고 있음", "내부 결재 일정 조정이 필요함")
OVERRULED = ("증빙을 확인한 결과 판단을 달리함", "일정 지연의 영향이 커 보임", "후속 절차가 남아 있음")


def said(draw: Random, phrases: tuple[str, ...], lines: int = 1) -> str:
    """So many of the phrases, each with numbers, as one marked text."""
    chosen = draw.sample(phrases, k=min(lines, len(phrases)))
    return "\n".join(text.format(n=draw.randint(1, 9), m=draw.randint(2, 24)) for text in chosen) + f" {MARK_KO}"


def title(draw: Random, number: int) -> tuple[str, str]:
    """A task's title, Korean and English."""
    (ko, en), (deed_ko, deed_en) = draw.choice(SUBJECTS), draw.choice(DEEDS)
    return f"[모의] {ko} {deed_ko} {number}", f"[Simulated] {deed_en} {en} {number}"
