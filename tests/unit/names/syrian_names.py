"""Invented names in both scripts, with what a careful reader would say of each pair.

No pair is a person: given, father's and family names were put together at will.
"""

from __future__ import annotations

SAME = [
    # Arabic and the usual romanisations
    ("محمد حسن قنديل", "Muhammad Hasan Kandil"),
    ("محمد حسن قنديل", "Mohamad Hassan Qandeel"),
    ("أحمد خالد الزعيتر", "Ahmad Khaled al-Zuaiter"),
    ("احمد خالد زعيتر", "Ahmed Khalid Zeaiter"),
    ("يوسف قاسم بوظو", "Youssef Kassem Bozo"),
    ("يوسف قاسم بوظو", "Yusuf Qasim Bouzo"),
    ("هدى سليم شاهين", "Huda Salim Shahin"),
    ("فاطمة إبراهيم الجاسم", "Fatima Ibrahim al-Jasem"),
    ("ليلى مصطفى الحموي", "Layla Moustafa Hamwi"),
    ("رؤى عثمان الديري", "Roua Osman al-Deiri"),
    ("غياث ضرار ظاظا", "Ghiath Dirar Zaza"),
    ("ذو الفقار حيدر", "Zulfiqar Haidar"),
    ("بثينة صفوان قطيفان", "Buthaina Safwan Qutaifan"),
    # spellings within one script
    ("هدى شاهين", "هدي شاهين"),
    ("إسراء مؤيد الصالح", "اسراء مويد الصالح"),
    ("فاطمة الحموي", "فاطمه الحموي"),
    ("مُحَمَّد قِنْدِيل", "محمد قنديل"),
    ("Youssef Kassem Bozo", "Yusuf Qasim Bouzo"),
    ("Mohammed Hussein Shahin", "Muhammad Husayn Shaheen"),
    ("Khaled Zuaiter Kandil", "Khalid Zeaiter Qandeel"),
    # names put together
    ("عبد الرحمن الأسعد", "Abdulrahman Alasaad"),
    ("عبدالرحمن الاسعد", "Abd al-Rahman al-Asaad"),
    ("عبد القادر قنديل", "Abdel Kader Kandil"),
    ("عبد الله عبد الكريم بوظو", "Abdullah Abdulkarim Bozo"),
    ("نور الدين شاهين", "Noureddine Chahine"),
    ("نور الدين شاهين", "Nour al-Din Shahin"),
    ("صلاح الدين زعيتر", "Salah Eddin Zuaiter"),
    ("أبو بكر شاهين", "Abu Bakr Shahin"),
    ("سيف الله قنديل", "Saifullah Kandil"),
    ("محمد بن حسن قنديل", "محمد حسن قنديل"),
    ("Ahmad ibn Khaled Kandil", "أحمد خالد قنديل"),
    ("OmarKandil", "Omar Kandil"),
    # the article
    ("سامر الخطيب", "سامر خطيب"),
    ("سامر الخطيب", "Samer Khatib"),
    ("Samer el-Khatib", "Samer al Khatib"),
    ("رامي الشامي", "Rami ash-Shami"),
    # Turkish, Kurdish, French
    ("محمد شاهين", "Mehmet Şahin"),
    ("أحمد أوزتورك", "Ahmet Öztürk"),
    ("جمال يلدز", "Cemal Yıldız"),
    ("عائشة قره", "Ayşe Kara"),
    ("خليل شيخموس", "Xelîl Şêxmûs"),
    ("دلشاد عفريني", "Dilşad Efrînî"),
    ("حسين عكيد", "Hisên Egîd"),
    ("جمال شريف", "Djamel Chérif"),
    ("أسامة بن خليفة", "Oussama Ben Khalifa"),
    ("هشام شعبان", "Hicham Chaabane"),
    # order and additions
    ("قنديل محمد حسن", "محمد حسن قنديل"),
    ("Kandil, Mohammad Hasan", "محمد حسن قنديل"),
    ("الدكتور سامر خالد الخطيب", "سامر خالد الخطيب"),
    ("أم سامر فاطمة علي شاهين", "فاطمة علي شاهين"),
    ("خالد قنديل (والدته: مريم)", "خالد قنديل"),
    ("خالد عمر قنديل Khaled Omar Kandil", "خالد عمر قنديل"),
    ("محمد حسن علي قنديل", "Mohammad Hasan Kandil"),
]

NOT_SAME = [
    # a brother; a father and his son; a cousin
    ("محمد حسن قنديل", "محمود حسن قنديل"),
    ("محمد حسن قنديل", "Mahmoud Hasan Kandil"),
    ("خالد محمد حسن قنديل", "محمد حسن قنديل"),
    ("محمد حسن قنديل", "حسن محمد قنديل"),
    ("محمد حسن قنديل", "Hasan Mohammad Kandil"),
    ("محمد حسن قنديل", "محمد حسين قنديل"),
    ("محمد حسن قنديل", "Mohammad Hussein Kandil"),
    ("خالد عمر شاهين", "وليد عمر شاهين"),
    ("سالم خالد شاهين", "سليم خالد شاهين"),
    ("سعيد خالد شاهين", "سعد خالد شاهين"),
    ("عمر خالد شاهين", "Amr Khaled Shahin"),
    ("سامر خالد شاهين", "سامر خالد زعيتر"),
    ("سامر خالد شاهين", "Samer Khaled Zuaiter"),
    # the feminine form
    ("أمين خالد قنديل", "أمينة خالد قنديل"),
    ("أمين قنديل", "Amina Kandil"),
    ("كريم حداد", "Karima Haddad"),
    ("Samir Haddad", "Samira Haddad"),
    ("سمير حداد", "سميرة حداد"),
    ("زهير عثمان", "زهيرة عثمان"),
    # servants of another name of God
    ("عبد الله الأسعد", "عبد الرحمن الأسعد"),
    ("عبد القادر الأسعد", "Abdulkarim al-Asaad"),
    # too little is said
    ("محمد قنديل", "محمد حسن قنديل"),
    ("عبود خالد قنديل", "عبد الرحمن خالد قنديل"),
    ("", "محمد قنديل"),
    ("😀", "😀"),
]

DIFFERENT = [
    ("محمد حسن قنديل", "محمود حسن قنديل"),
    ("محمد حسن قنديل", "Mohammad Hussein Kandil"),
    ("أمين قنديل", "Amina Kandil"),
    ("Samir Haddad", "Samira Haddad"),
    ("خالد عمر شاهين", "وليد عمر شاهين"),
    ("عبد الله الأسعد", "عبد الرحمن الأسعد"),
    ("سامر خالد شاهين", "Samer Khaled Zuaiter"),
    ("سامر شاهين", "رامي قنديل"),
    ("Omar Kandil", "عثمان زعيتر"),
]
