"""Labelled pairs of names: how one person is written in several countries, and who is somebody else.

Put together by hand from spellings that are in public use for common names; nobody in it is a patient.
A line of SAME is `native ; SURNAME ; GIVEN ; one spelling | another …`. A line of OTHER is
`why ; native ; SURNAME ; GIVEN ; native ; SURNAME ; GIVEN ; shared facts` (b birth date, p phone, e e-mail,
d another birth date).
"""
# ruff: noqa: E501

from collections.abc import Iterator
from dataclasses import dataclass

SAME = {
    "arabic": """
نورة المطيري ; ; ; Nora Almutairy | Noura Al-Mutairi | Nourah Almutairi | Norah Al Mutairi | نوره المطيري | Noora Motairi
محمد العتيبي ; ; ; Mohammed Alotaibi | Muhammad Al-Otaibi | Mohamed Otaibi | Mohamad Al Utaibi | محمّد العتيبي
خالد الغامدي ; ; ; Khaled Alghamdi | Khalid Al-Ghamdi | Khaled Ghamidi | Chalid Al Ghamdi
فاطمة الزهراني ; ; ; Fatimah Alzahrani | Fatma Al-Zahrani | Fatema Zahrany | فاطمه الزهراني
عبد الرحمن الشمري ; ; ; Abdulrahman Alshammari | Abdurrahman Al-Shamari | Abd Al-Rahman Shammary | عبدالرحمن الشمري | Abdel Rahman Al Shammari
يوسف الحربي ; ; ; Yousef Alharbi | Yusuf Al-Harbi | Youssef Harbi | Yousuf Al Harby
حسين الدوسري ; ; ; Hussein Aldosari | Husain Al-Dosari | Hossein Dosary | Hussain Al Dossary
عائشة القحطاني ; ; ; Aisha Alqahtani | Ayesha Al-Qahtani | Aysha Kahtani | عايشة القحطاني
جمال السبيعي ; ; ; Jamal Alsubaie | Gamal Al-Subaiei | Djamal Subaie
ثامر الهاشمي ; ; ; Thamer Alhashmi | Thamir Al-Hashimi | Tamer Hashemi
قاسم الرشيدي ; ; ; Qasim Alrashidi | Kassem Al-Rashidi | Qassem Rashidy | Kasim Al Rashidi
مريم النعيمي ; ; ; Mariam Alnuaimi | Maryam Al-Nuaimi | Miriam Naimi | Maryam Al Nuaimy
إبراهيم الخليفة ; ; ; Ibrahim Alkhalifa | Ebrahim Al-Khalifah | Ibraheem Khalifa | ابراهيم الخليفه
سعود البلوشي ; ; ; Saud Albalushi | Saoud Al-Balushi | Soud Balooshi
لطيفة الكندري ; ; ; Latifah Alkandari | Latifa Al-Kandari | Lateefa Kandary
عبد الله المنصوري ; ; ; Abdullah Almansoori | Abdallah Al-Mansouri | Abd Allah Mansuri | عبدالله المنصوري
طارق بن زياد ; ; ; Tariq bin Ziyad | Tarek ben Ziad | Tareq bin Ziad
هند الصباح ; ; ; Hind Alsabah | Hend Al-Sabah | Hind Sabbah
""",
    "persian_urdu": """
پرویز احمدی ; ; ; Parviz Ahmadi | Parwiz Ahmady | پرويز احمدي
ژاله رضایی ; ; ; Zhaleh Rezaei | Jaleh Rezai | Zhale Rezaie
گلناز کریمی ; ; ; Golnaz Karimi | Gulnaz Karimy | گلناز كريمي
چنگیز حسینی ; ; ; Changiz Hosseini | Changiz Husseini | Chengiz Hoseyni
محمد رضا موسوی ; ; ; Mohammad Reza Mousavi | Muhammad Reza Moussavi | محمدرضا موسوی
فریده قاسمی ; ; ; Farideh Ghasemi | Farida Qasemi | Farideh Qasimi
شہناز خان ; ; ; Shahnaz Khan | Shehnaz Khan | Shahnaaz Khan
غلام حیدر ; ; ; Ghulam Haider | Gholam Heydar | Ghulam Hyder
ظفر اقبال ; ; ; Zafar Iqbal | Zafer Ikbal | Zaffar Eqbal
بینظیر بھٹی ; ; ; Benazir Bhatti | Benazeer Bhatti | Benazir Bhati
""",
    "chinese": """
王小龙 ; ; ; Wang Xiaolong | Xiaolong Wang | Xiao Long Wang | Wang Xiao-Long | 王 小龙
李娜 ; ; ; Li Na | Na Li | LI NA | 李 娜
张伟 ; ; ; Zhang Wei | Wei Zhang | ZHANG WEI | zhangwei
欧阳静 ; ; ; Ouyang Jing | Jing Ouyang | Ou Yang Jing | 欧阳 静
吕布伟 ; ; ; Lyu Buwei | Lü Buwei | Buwei Lyu | Lv Buwei
单小明 ; ; ; Shan Xiaoming | Xiaoming Shan | Shan Xiao Ming
陈建国 ; ; ; Chen Jianguo | Jianguo Chen | Chen Jian Guo | 陈 建国
刘秀英 ; ; ; Liu Xiuying | Xiuying Liu | Liu Xiu-Ying
曾国强 ; ; ; Zeng Guoqiang | Guoqiang Zeng | Zeng Guo Qiang
赵雨桐 ; ; ; Zhao Yutong | Yutong Zhao | Zhao Yu Tong
 ; HUANG ; ZIXUAN ; 黄子轩 | Huang Zixuan | Zixuan Huang | Huang Zi Xuan
 ; ZHOU ; JING ; 周静 | Zhou Jing | Jing Zhou
 ; SUN ; XIAOHONG ; 孙小红 | Sun Xiaohong | Xiaohong Sun | Sun Xiao Hong
 ; LIN ; ZHIQIANG ; 林志强 | Lin Zhiqiang | Zhiqiang Lin
 ; GUO ; HAIYAN ; 郭海燕 | Guo Haiyan | Haiyan Guo
徐丽 ; ; ; Xu Li | Li Xu | XU LI
何敏 ; ; ; He Min | Min He | HE MIN
""",
    "cyrillic": """
Никита Хрущёв ; ; ; Nikita Khrushchev | Nikita Hrushchev | Nikita Chruschtschow | Никита Хрущев | Khrushchov Nikita
Юлия Щукина ; ; ; Yulia Shchukina | Iuliia Shchukina | Julia Schukina | Yuliya Shukina
Наталья Яковлева ; ; ; Natalia Yakovleva | Natalya Iakovleva | Natalja Jakowlewa | Наталия Яковлева
Татьяна Жукова ; ; ; Tatiana Zhukova | Tatyana Jukova | Tatjana Zhukowa | Tatiana Joukova
Дмитрий Чайковский ; ; ; Dmitry Tchaikovsky | Dmitrii Chaikovskii | Dmitriy Chaykovskiy | Dmitri Tschaikowski
Андрей Горбачёв ; ; ; Andrey Gorbachev | Andrei Gorbatchev | Andrej Gorbatschow | Андрей Горбачев
Сергей Цветков ; ; ; Sergey Tsvetkov | Sergei Cvetkov | Sergej Zwetkow | Sergei Tsvetkoff
Ксения Воробьёва ; ; ; Ksenia Vorobyova | Xenia Vorobieva | Kseniia Vorobeva | Ксения Воробьева
Алексей Михайлов ; ; ; Alexey Mikhailov | Aleksei Mihailov | Alexei Michailow | Aleksej Mihajlov
Екатерина Васильева ; ; ; Ekaterina Vasilieva | Yekaterina Vasilyeva | Jekaterina Wassiljewa
Евгений Харитонов ; ; ; Evgeny Kharitonov | Yevgeniy Haritonov | Evgenii Kharitonov | Jewgeni Charitonow
Володимир Шевченко ; ; ; Volodymyr Shevchenko | Volodimir Schewtschenko | Wolodymyr Shevchenko
Айгерим Қасымова ; ; ; Aigerim Kassymova | Aygerim Qasymova | Aigerim Kasymova
Гульнара Ахметова ; ; ; Gulnara Akhmetova | Gulnara Ahmetova | Gulnara Achmetova
Юрий Лебедев ; ; ; Yury Lebedev | Iurii Lebedev | Juri Lebedew | Yuri Lebedev
Галина Зайцева ; ; ; Galina Zaitseva | Galina Zaytseva | Galina Saizewa | Galina Zaiceva
""",
    "devanagari": """
राजेश शर्मा ; ; ; Rajesh Sharma | Raajesh Sharma | Rajes Sarma | Rajesh Kumar Sharma
सुनीता वर्मा ; ; ; Sunita Verma | Suneeta Varma | Sunitha Verma
विजय चौहान ; ; ; Vijay Chauhan | Bijay Chouhan | Vijay Chohan | Wijay Chauhan
लक्ष्मी मिश्रा ; ; ; Lakshmi Mishra | Laxmi Misra | Lakshmy Mishra
कृष्ण गुप्ता ; ; ; Krishna Gupta | Krushna Gupta | Krisna Gupta
पूजा जोशी ; ; ; Pooja Joshi | Puja Joshi | Pooja Joshy
संजय सिंह ; ; ; Sanjay Singh | Sanjai Sing | Sanjay Sinha Singh
अमित पटेल ; ; ; Amit Patel | Ameet Patel | Amith Patel
गीता अय्यर ; ; ; Geeta Iyer | Gita Iyer | Geetha Ayyar
दीपक चतुर्वेदी ; ; ; Deepak Chaturvedi | Dipak Chaturvedi | Deepak Chaturwedi
प्रिया नायर ; ; ; Priya Nair | Pria Nayar | Priya Nayar
हरीश यादव ; ; ; Harish Yadav | Hareesh Yadava | Harish Jadav
""",
    "korean": """
김민수 ; ; ; Kim Minsu | Kim Min-su | Minsu Kim | Kim Min Soo | 김 민수
박지훈 ; ; ; Park Jihoon | Pak Chihun | Jihoon Park | Park Ji-hun
이서연 ; ; ; Lee Seoyeon | Yi Seo-yeon | Seo Yeon Lee | Lee Seo Yun
최영희 ; ; ; Choi Younghee | Choe Yeong-hui | Young Hee Choi
정하은 ; ; ; Jung Haeun | Jeong Ha-eun | Ha Eun Chung
강동원 ; ; ; Kang Dongwon | Gang Dong-won | Dong Won Kang
 ; KIM ; MIN SU ; Minsu Kim | Kim Min-Su | 김민수 | Kim Minsoo
 ; LEE ; JI WOO ; Jiwoo Lee | Lee Ji-Woo | Lee Jiwoo
윤미래 ; ; ; Yoon Mirae | Yun Mi-rae | Mirae Yoon
한지민 ; ; ; Han Jimin | Han Ji-min | Jimin Han
""",
    "japanese": """
やまだ たろう ; ; ; Yamada Taro | Yamada Tarou | Taro Yamada | ヤマダ タロウ
さとう ゆうこ ; ; ; Sato Yuko | Satou Yuuko | Yuko Satoh | サトウ ユウコ
 ; SUZUKI ; KENJI ; すずき けんじ | スズキ ケンジ | Kenji Suzuki
 ; WATANABE ; SHINICHI ; わたなべ しんいち | Watanabe Shin-ichi | Shinichi Watanabe
たかはし じゅん ; ; ; Takahashi Jun | Jun Takahashi | タカハシ ジュン
 ; ITO ; CHIHARU ; いとう ちはる | Itoh Chiharu | Chiharu Ito
""",
    "thai": """
สมชาย ใจดี ; ; ; Somchai Jaidee | Somchay Chaidi | Somchai Jaidi
สุภาพร แสงทอง ; ; ; Supaporn Saengthong | Suphaphon Saengthong | Supaporn Sangthong
ประยุทธ์ จันทร์ ; ; ; Prayut Chan | Prayuth Chan | Prayuth Jan
นภา วงศ์สว่าง ; ; ; Napa Wongsawang | Napha Wongsawang | Napa Vongsawang
มาลี ศรีสุข ; ; ; Malee Srisuk | Mali Srisuk | Malee Srisook
""",
    "hebrew": """
שרה כהן ; ; ; Sara Cohen | Sarah Kohen | Sarah Cohen | Sara Kohn
יצחק לוי ; ; ; Yitzhak Levy | Itzhak Levi | Isaac Lewi Yitzchak
חיים פרץ ; ; ; Haim Peretz | Chaim Perez | Hayim Peretz
משה מזרחי ; ; ; Moshe Mizrahi | Moshe Mizrachi | Moshe Misrahi
דוד ביטון ; ; ; David Biton | Dawid Bitton | David Bitton
רחל אברהם ; ; ; Rachel Avraham | Rahel Abraham | Rachel Abraham
""",
    "latin": """
Nguyễn Văn Đức ; ; ; Nguyen Van Duc | Nguyễn Đức | Duc Van Nguyen | NGUYEN VAN DUC
Trần Thị Hương ; ; ; Tran Thi Huong | Huong Tran | Tran Huong
Phạm Quỳnh Anh ; ; ; Pham Quynh Anh | Quynh Anh Pham | PHAM QUYNH ANH
Lê Hoàng Phúc ; ; ; Le Hoang Phuc | Phuc Le | Hoang Phuc Le
José Hernández ; ; ; Jose Hernandez | Hernandez Jose | José Hernandes | Joseph Hernandez José
Łukasz Wójcik ; ; ; Lukasz Wojcik | Wojcik Lukasz | Łukasz Wojcik
Jürgen Müller ; ; ; Juergen Mueller | Jurgen Muller | Jürgen Mueller
Søren Kjærgaard ; ; ; Soren Kjaergaard | Soeren Kjargaard | Søren Kjergaard
Şükrü Çelik ; ; ; Sukru Celik | Şükrü Celik | Suekrue Celik
İbrahim Yıldız ; ; ; Ibrahim Yildiz | Ibraheem Yildiz | İbrahim Yildis
Zoë O'Brien ; ; ; Zoe OBrien | Zoe O Brien | Zoë O’Brien
François Lefèvre ; ; ; Francois Lefevre | François Lefebvre | Lefevre Francois
Ana María López ; ; ; Ana Maria Lopez | Ana Lopez | Lopez Ana Maria
Wojciech Szymański ; ; ; Wojciech Szymanski | Szymanski Wojciech | Woiciech Shimanski
Catherine Thompson ; ; ; Katherine Thompson | Catharine Thomson | Kathryn Thompson
Ștefan Ionescu ; ; ; Stefan Ionescu | Stephan Jonescu | Stefan Yonescu
Nguyễn Thị Ánh ; ; ; Nguyen Thi Anh | Anh Nguyen | Nguyen Anh
Gülşen Öztürk ; ; ; Gulsen Ozturk | Guelsen Oeztuerk | Gülşen Ozturk
Joaquín Muñoz ; ; ; Joaquin Munoz | Joachin Munoz | Joaquim Muñoz
Dóra Szabó ; ; ; Dora Szabo | Szabo Dora | Dora Sabo
""",
}

OTHER = """
twins ; حسن المطيري ; ALMUTAIRI ; HASSAN ; حسين المطيري ; ALMUTAIRI ; HUSSEIN ; bpe
twins ; نورة العتيبي ; ALOTAIBI ; NOURA ; سارة العتيبي ; ALOTAIBI ; SARA ; bpe
twins ; ; KHAN ; SANA ; ; KHAN ; SAIMA ; bpe
twins ; 王大伟 ; WANG ; DAWEI ; 王小伟 ; WANG ; XIAOWEI ; bpe
twins ; 李佳 ; LI ; JIA ; 李佩 ; LI ; PEI ; bpe
twins ; Анна Иванова ; IVANOVA ; ANNA ; Яна Иванова ; IVANOVA ; IANA ; bpe
twins ; Мария Попова ; POPOVA ; MARIIA ; Марина Попова ; POPOVA ; MARINA ; bpe
twins ; राम शर्मा ; SHARMA ; RAM ; श्याम शर्मा ; SHARMA ; SHYAM ; bpe
twins ; सीता वर्मा ; VERMA ; SEETA ; गीता वर्मा ; VERMA ; GEETA ; bpe
twins ; 김민수 ; KIM ; MIN SU ; 김민호 ; KIM ; MIN HO ; bpe
twins ; Nguyễn Văn An ; NGUYEN ; VAN AN ; Nguyễn Văn Bình ; NGUYEN ; VAN BINH ; bpe
twins ; ; GARCIA ; JUAN ; ; GARCIA ; JAVIER ; bpe
twins ; محمد الغامدي ; ALGHAMDI ; MOHAMMED ; محمود الغامدي ; ALGHAMDI ; MAHMOUD ; bpe
twins ; ; COHEN ; DAVID ; ; COHEN ; DANIEL ; bpe
twins ; ; HADDAD ; RANA ; ; HADDAD ; RANIA ; bpe
twins ; ; RAHMAN ; HASINA ; ; RAHMAN ; HALIMA ; bpe
twins ; สมชาย ใจดี ; ; ; สมศักดิ์ ใจดี ; ; ; bpe
twins ; شہناز خان ; KHAN ; SHAHNAZ ; مہناز خان ; KHAN ; MAHNAZ ; bpe
twins ; ; SILVA ; ANA CLARA ; ; SILVA ; MARIA CLARA ; bpe
twins ; ; PETROV ; PAVEL ; ; PETROV ; PETR ; bpe
father and son ; محمد أحمد العتيبي ; ; ; أحمد محمد العتيبي ; ; ; pe
father and son ; خالد سعد الحربي ; ; ; سعد خالد الحربي ; ; ; pe
father and son ; ; ALOTAIBI ; MOHAMMED AHMED ; ; ALOTAIBI ; AHMED MOHAMMED ; pe
father and son ; ; GARCIA ; JOSE ; ; GARCIA ; JOSE ; pd
father and son ; José García ; ; ; José García ; ; ; ped
father and son ; ; SMITH ; JOHN ; ; SMITH ; JOHN ; ped
father and son ; Иван Сергеев ; SERGEEV ; IVAN ; Сергей Иванов ; IVANOV ; SERGEI ; pe
father and son ; علي حسن الهاشمي ; ; ; حسن علي الهاشمي ; ; ; pe
father and son ; ; PATEL ; ANIL RAMESH ; ; PATEL ; RAMESH ANIL ; pe
father and son ; محمد العتيبي ; ; ; محمد العتيبي ; ; ; ped
father and son ; عبدالله فهد الدوسري ; ; ; فهد عبدالله الدوسري ; ; ; pe
father and son ; Юрий Михайлов ; ; ; Михаил Юрьев ; ; ; pe
father and son ; ; MUTAIRI ; SAAD FAHAD ; ; MUTAIRI ; FAHAD SAAD ; pe
father and son ; Mohamed Ali Hassan ; ; ; Ali Mohamed Hassan ; ; ; pe
father and son ; 李伟 ; LI ; WEI ; 李强 ; LI ; QIANG ; pe
siblings ; نورة المطيري ; ; ; حصة المطيري ; ; ; pe
siblings ; فهد الشمري ; ALSHAMMARI ; FAHAD ; فيصل الشمري ; ALSHAMMARI ; FAISAL ; pe
siblings ; 王小龙 ; ; ; 王小虎 ; ; ; pe
siblings ; 陈建国 ; CHEN ; JIANGUO ; 陈建军 ; CHEN ; JIANJUN ; pe
siblings ; Ольга Кузнецова ; ; ; Елена Кузнецова ; ; ; pe
siblings ; ; NAIR ; PRIYA ; ; NAIR ; PRITI ; pe
siblings ; Trần Thị Hương ; ; ; Trần Thị Hạnh ; ; ; pe
siblings ; ; HERNANDEZ ; MARIA ; ; HERNANDEZ ; MARTA ; pe
siblings ; 박지훈 ; ; ; 박지민 ; ; ; pe
siblings ; ; LEVI ; SARA ; ; LEVI ; SHIRA ; pe
siblings ; ; YILMAZ ; MEHMET ; ; YILMAZ ; AHMET ; pe
siblings ; عمر البلوشي ; ALBALUSHI ; OMAR ; عمار البلوشي ; ALBALUSHI ; AMMAR ; pe
siblings ; ; HUSSEIN ; SALEM ; ; HUSSEIN ; SALMA ; pe
siblings ; さとう ゆうこ ; ; ; さとう けいこ ; ; ; pe
siblings ; สุภาพร แสงทอง ; ; ; วิภา แสงทอง ; ; ; pe
couple ; نورة المطيري ; ; ; سعد المطيري ; ; ; pe
couple ; ; IVANOVA ; ANNA ; ; IVANOV ; ANTON ; pe
couple ; ; SHARMA ; RAJESH ; ; SHARMA ; KAVITA ; pe
couple ; ; KIM ; SO YEON ; ; PARK ; JI HOON ; pe
mother and child ; مريم النعيمي ; ; ; راشد النعيمي ; ; ; pe
mother and child ; ; LOPEZ ; ANA MARIA ; ; LOPEZ ; MARIO ; pe
common name ; محمد العتيبي ; ; ; محمد العتيبي ; ; ; d
common name ; 王伟 ; WANG ; WEI ; 王伟 ; WANG ; WEI ; d
common name ; 李娜 ; LI ; NA ; 李娜 ; LI ; NA ; d
common name ; 张敏 ; ZHANG ; MIN ; 张敏 ; ZHANG ; MIN ; d
common name ; Елена Иванова ; ; ; Елена Иванова ; ; ; d
common name ; Иван Иванов ; IVANOV ; IVAN ; Ivan Ivanov ; IVANOV ; IVAN ; d
common name ; राजेश सिंह ; ; ; Rajesh Singh ; ; ; d
common name ; Nguyễn Văn An ; ; ; Nguyen Van An ; ; ; d
common name ; ; GARCIA ; MARIA ; María García ; ; ; d
common name ; 김민수 ; ; ; Kim Minsu ; ; ; d
common name ; فاطمة الحربي ; ; ; Fatimah Alharbi ; ; ; d
common name ; ; SMITH ; JOHN ; John Smith ; ; ; d
common name ; 王伟 ; ; ; 王伟 ; ; ;
common name ; محمد علي ; ; ; Mohammed Ali ; ; ;
common name ; ; NGUYEN ; THI HOA ; Nguyễn Thị Hoa ; ; ;
common name ; Анна Попова ; ; ; Anna Popova ; ; ;
common name ; ; KHAN ; IMRAN ; Imran Khan ; ; ;
common name ; ; SINGH ; AMIT ; अमित सिंह ; ; ;
common name ; 李伟 ; ; ; 李玮 ; ; ;
common name ; さとう ゆうこ ; ; ; Sato Yuko ; ; ; d
other name, same sound ; ; ALI ; SALEM ; ; OLA ; SALMA ;
other name, same sound ; حسن الحربي ; ; ; حسين الحربي ; ; ;
other name, same sound ; 李伟 ; ; ; 李维 ; ; ; d
other name, same sound ; ; PETROV ; IVAN ; ; PETROVA ; IVANNA ;
other name, same sound ; ; SAID ; AMIR ; ; SAUD ; OMAR ;
other name, same sound ; ; MARTIN ; JEAN ; ; MARTINI ; GINA ;
shared phone of an agency ; ; OTIENO ; GRACE ; ; MWANGI ; PETER ; pe
shared phone of an agency ; نورة المطيري ; ; ; خالد الغامدي ; ; ; pe
shared phone of an agency ; 王小龙 ; ; ; 李娜 ; ; ; pe
shared phone of an agency ; Анна Попова ; ; ; Иван Лебедев ; ; ; pe
shared phone of an agency ; ; TRAN ; HUONG ; ; PHAM ; ANH ; p
shared phone of an agency ; 김민수 ; ; ; 이서연 ; ; ; p
shared birth date ; ; GARCIA ; LUIS ; ; LOPEZ ; LUIS ; b
shared birth date ; سارة الدوسري ; ; ; سارة الحربي ; ; ; b
shared birth date ; 王静 ; ; ; 周静 ; ; ; b
shared birth date ; Ольга Волкова ; ; ; Ольга Орлова ; ; ; b
shared birth date ; ; VERMA ; ANIL ; ; GUPTA ; ANIL ; b
"""


@dataclass(frozen=True)
class Written:
    """A name as one record holds it."""

    native: str
    surname: str = ""
    given: str = ""


@dataclass(frozen=True)
class Pair:
    """`typed` is what somebody writes, `stored` the record; `shared` says which facts they have in common."""

    script: str
    typed: Written
    stored: Written
    is_same: bool
    why: str
    shared: str = ""


def same_pairs() -> Iterator[Pair]:
    """One for each spelling."""
    for script, lines in SAME.items():
        for line in lines.strip("\n").splitlines():
            native, surname, given, spellings = (part.strip() for part in line.split(";"))
            for spelling in spellings.split("|"):
                yield Pair(script, Written(spelling.strip()), Written(native, surname, given), True, "spelling")


def other_pairs() -> Iterator[Pair]:
    """The hard ones: people whom a machine would take for one another."""
    for line in OTHER.strip().splitlines():
        why, *names, shared = (part.strip() for part in line.split(";"))
        one, other = Written(*names[:3]), Written(*names[3:])
        yield Pair("", one, other, False, why, shared)
