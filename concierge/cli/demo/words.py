"""What the invented staff write to the families of the demo, in the languages of the pages.

English stands beside each: the plan is written in English, and a person has translated it.
"""

from dataclasses import dataclass, replace

from concierge.journey.evaluation.plans import PARTS, PlanTexts
from concierge.journey.finance.estimates.actions import Texts

#: Who is named as the one who checked a translation.
TRANSLATOR = {"ar": "Samir Khoury", "zh_Hans": "Li Na", "es": "Rosa Delgado"}


@dataclass(frozen=True)
class Words:
    """One language; `hello` takes the name of the specialist."""

    language: str
    hello: str
    included: str
    not_included: str
    could_change: str
    yes: str
    tests: str
    no: str
    alternatives: str
    why: tuple[str, str, str, str, str]
    plan: PlanTexts

    @property
    def estimate(self) -> Texts:
        return Texts(self.included, self.not_included, self.could_change, self.language)


def words_of(language: str) -> Words:
    """The words in this page language, English where the demo has none."""
    return WORDS.get(language, WORDS["en"])


def plan_for(language: str) -> PlanTexts:
    """The plan in English, with its translation for a family that reads another language."""
    english = WORDS["en"].plan
    if language not in TRANSLATOR:
        return english
    translation = {part: getattr(WORDS[language].plan, part) for part in PARTS}
    return replace(english, translation=translation, checked_by=TRANSLATOR[language])


WORDS = {
    "en": Words(
        language="en",
        hello="Thank you for writing to us. I am %(name)s, and I stay with you all the way. "
        "May I call you this week? Please tell me when it suits you.",
        included="All appointments and tests of the evaluation, and the talk about the plan.",
        not_included="Flights, lodging and treatment after the evaluation.",
        could_change="More tests, if the doctors need them to be sure.",
        yes="We can help. We would like to see you for four days, examine you "
        "and then talk about a plan with you.",
        tests="Blood tests, CT, talk with the doctor, plan meeting",
        no="Your doctors at home already do what we would do. A journey would cost strength and change nothing.",
        alternatives="We gladly talk with your doctors at home, and we send all your papers back.",
        why=(
            "To see how your body is doing",
            "To know you and your story",
            "To see the present state",
            "To talk about daily life",
            "To talk about your plan",
        ),
        plan=PlanTexts(
            text="1. Three cycles of medicine, three weeks apart.\n2. Then a scan, and a talk by video.\n"
            "3. Then the operation, here or at home.",
            warning_signs="Fever above 38.3 °C, new bleeding, breath that gets short: "
            "go to the nearest hospital and call us.",
            contacts="The care manager, day and night, at the number of the hospital.",
            medicines="Ondansetron 8 mg, up to three times a day\nParacetamol 500 mg, when needed",
            follow_up="In 3 weeks: talk by video. In 9 weeks: scan.",
        ),
    ),
    "ar": Words(
        language="ar",
        hello="شكرًا لكتابتكم إلينا. اسمي %(name)s، وسأبقى معكم في كل خطوة. "
        "هل يناسبكم أن أتصل بكم هذا الأسبوع؟ يُرجى إخباري بالوقت المناسب لكم.",
        included="جميع مواعيد التقييم وفحوصه، والحديث عن خطة العلاج.",
        not_included="تذاكر الطيران والإقامة والعلاج بعد التقييم.",
        could_change="فحوص أخرى، إذا احتاج إليها الأطباء للتأكد.",
        yes="يمكننا مساعدتكم. نودّ أن نستقبلكم أربعة أيام، وأن نفحصكم، ثم نتحدث معكم عن خطة العلاج.",
        tests="فحوص الدم، والأشعة المقطعية (CT)، والحديث مع الطبيب، واجتماع الخطة",
        no="أطباؤكم في الوطن يقدمون لكم بالفعل ما كنا سنقدمه. والسفر سيُتعبكم ولن يغيّر شيئًا.",
        alternatives="يسرّنا أن نتحدث مع أطبائكم في الوطن، وسنعيد إليكم جميع أوراقكم.",
        why=(
            "لمعرفة حالة الجسم العامة",
            "للتعرّف عليكم وعلى قصتكم",
            "لمعرفة الوضع الحالي",
            "للحديث عن الحياة اليومية",
            "للحديث عن خطة العلاج",
        ),
        plan=PlanTexts(
            text="1. ثلاث دورات من الدواء، بين كل منها ثلاثة أسابيع.\n2. بعد ذلك تصوير، وحديث بالفيديو.\n"
            "3. بعد ذلك العملية، هنا أو في الوطن.",
            warning_signs="حرارة فوق 38.3 درجة مئوية، أو نزيف جديد، أو ضيق في التنفس: "
            "يُرجى الذهاب إلى أقرب مستشفى والاتصال بنا.",
            contacts="منسق الرعاية، ليلًا ونهارًا، على رقم المستشفى.",
            medicines="أوندانسيترون (Ondansetron) 8 ملغ، حتى ثلاث مرات في اليوم\n"
            "باراسيتامول (Paracetamol) 500 ملغ، عند الحاجة",
            follow_up="بعد 3 أسابيع: حديث بالفيديو. بعد 9 أسابيع: تصوير.",
        ),
    ),
    "zh_Hans": Words(
        language="zh_Hans",
        hello="感谢您给我们写信。我是%(name)s，会一路陪着您。这周我可以给您打电话吗？请告诉我您方便的时间。",
        included="评估期间的所有门诊和检查，以及治疗计划的讲解。",
        not_included="机票、住宿，以及评估之后的治疗。",
        could_change="医生为确诊而需要增加的检查。",
        yes="我们可以帮助您。我们想请您来四天，为您做检查，然后和您一起谈谈治疗计划。",
        tests="血液检查、CT、与医生面谈、治疗计划会议",
        no="您当地的医生所做的，正是我们会做的。长途旅行会消耗体力，却不会带来改变。",
        alternatives="我们很愿意与您当地的医生交流，并会把您的全部资料还给您。",
        why=("了解身体状况", "了解您和您的经历", "了解目前的情况", "谈谈日常生活", "谈谈治疗计划"),
        plan=PlanTexts(
            text="1. 用药三个周期，每个周期间隔三周。\n2. 然后做一次影像检查，并进行视频面谈。\n"
            "3. 然后手术，在我院或在您当地进行。",
            warning_signs="体温超过38.3℃、新出现的出血、呼吸变得急促：请去最近的医院，并给我们打电话。",
            contacts="护理经理，昼夜均可，拨打医院电话。",
            medicines="昂丹司琼（Ondansetron）8毫克，每天最多三次\n对乙酰氨基酚（Paracetamol）500毫克，需要时服用",
            follow_up="3周后：视频面谈。9周后：影像检查。",
        ),
    ),
    "es": Words(
        language="es",
        hello="Gracias por escribirnos. Soy %(name)s y le acompaño durante todo el camino. "
        "¿Puedo llamarle esta semana? Dígame cuándo le queda bien.",
        included="Todas las citas y pruebas de la evaluación, y la conversación sobre el plan.",
        not_included="Vuelos, alojamiento y el tratamiento después de la evaluación.",
        could_change="Más pruebas, si los médicos las necesitan para estar seguros.",
        yes="Podemos ayudarle. Nos gustaría recibirle cuatro días, examinarle "
        "y después hablar con usted sobre un plan.",
        tests="Análisis de sangre, tomografía (CT), conversación con el médico, reunión sobre el plan",
        no="Sus médicos en casa ya hacen lo que haríamos nosotros. El viaje le costaría fuerzas y no cambiaría nada.",
        alternatives="Con gusto hablamos con sus médicos en casa, y le devolvemos todos sus documentos.",
        why=(
            "Para ver cómo está su cuerpo",
            "Para conocerle a usted y su historia",
            "Para ver la situación actual",
            "Para hablar de la vida diaria",
            "Para hablar de su plan",
        ),
        plan=PlanTexts(
            text="1. Tres ciclos del medicamento, con tres semanas entre cada uno.\n"
            "2. Después, un estudio de imagen y una conversación por video.\n"
            "3. Después, la operación, aquí o en casa.",
            warning_signs="Fiebre de más de 38.3 °C, un sangrado nuevo o falta de aire: "
            "vaya al hospital más cercano y llámenos.",
            contacts="La coordinación de cuidados, de día y de noche, al número del hospital.",
            medicines="Ondansetrón (Ondansetron) 8 mg, hasta tres veces al día\n"
            "Paracetamol 500 mg, cuando haga falta",
            follow_up="En 3 semanas: conversación por video. En 9 semanas: estudio de imagen.",
        ),
    ),
}
