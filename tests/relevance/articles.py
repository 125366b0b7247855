"""Short articles of our own writing: armed conflict of many kinds, its look-alikes, and other languages."""

CONFLICT = {
    "karabakh": (
        "Azerbaijan dan Armenia Kembali Saling Tembak di Karabakh",
        (
            "Pasukan Azerbaijan dan Armenia kembali terlibat baku tembak di sepanjang garis depan Nagorno-Karabakh pada"
            " Minggu malam. Kementerian pertahanan di Baku menyatakan empat prajuritnya gugur setelah posisi mereka"
            " dihantam artileri. Yerevan membantah tuduhan itu dan menyebut tentara Azerbaijan lebih dulu melanggar"
            " gencatan senjata. Warga sipil di dua desa mengungsi ke Stepanakert."
        ),
    ),
    "gaza": (
        "Serangan Udara Hantam Kamp Pengungsi, Belasan Warga Tewas",
        (
            "Jet tempur Israel membombardir kamp pengungsi di Jalur Gaza selatan pada Selasa dini hari. Petugas medis"
            " mengatakan sedikitnya 17 orang tewas dan puluhan luka-luka, sebagian besar perempuan dan"
            " anak-anak. Militer"
            " Israel mengklaim sasarannya adalah komandan Hamas. Perundingan gencatan senjata di Kairo belum"
            " menghasilkan"
            " kesepakatan."
        ),
    ),
    "ukraina": (
        "Rusia Luncurkan Puluhan Drone ke Kharkiv",
        (
            "Rusia meluncurkan puluhan drone dan rudal balistik ke kota Kharkiv, Ukraina timur, semalam."
            " Pertahanan udara"
            " menembak jatuh sebagian besar proyektil itu, tetapi dua gedung apartemen hancur dan enam warga"
            " sipil tewas."
            " Pertempuran di garis depan Donetsk juga dilaporkan makin sengit, kata staf umum Ukraina."
        ),
    ),
    "papua": (
        "Kontak Tembak di Intan Jaya, Dua Prajurit Gugur",
        (
            "Kontak tembak antara pasukan TNI dan kelompok kriminal bersenjata pecah di Distrik Sugapa, Kabupaten Intan"
            " Jaya, Papua. Dua prajurit gugur dan satu anggota KKB tewas tertembak. TPNPB-OPM mengaku bertanggung jawab"
            " atas serangan terhadap pos militer itu. Warga mengungsi ke gereja karena takut baku tembak berlanjut."
        ),
    ),
    "sudan": (
        "Milisi RSF Kepung El-Fasher, Ribuan Warga Terjebak",
        (
            "Pasukan paramiliter RSF mengepung kota El-Fasher di Darfur dan menggempur permukiman dengan"
            " artileri. Tentara"
            " Sudan mengatakan telah memukul mundur serangan dari utara. Puluhan warga sipil tewas dan ribuan lainnya"
            " mengungsi tanpa makanan, kata badan pengungsi PBB."
        ),
    ),
    "afghanistan": (
        "Taliban Serang Pos Militer di Kunduz, 12 Tentara Tewas",
        (
            "Gerilyawan Taliban menyerang sebuah pos militer di provinsi Kunduz, Afghanistan utara, Rabu malam."
            " Dua belas"
            " tentara dan sembilan penyerang tewas dalam pertempuran selama empat jam, kata seorang pejabat keamanan."
            " Serangan itu terjadi sehari setelah bom bunuh diri di Kabul."
        ),
    ),
    "perdamaian": (
        "Pemberontak dan Pemerintah Teken Gencatan Senjata",
        (
            "Pemerintah Ethiopia dan pasukan pemberontak Tigray menandatangani perjanjian gencatan senjata setelah dua"
            " tahun perang saudara. Kedua pihak sepakat menarik pasukan dari garis depan dan melucuti senjata berat."
            " Mediator Uni Afrika menyebut kesepakatan damai itu membuka jalan bagi bantuan kemanusiaan."
        ),
    ),
    "negeri rekaan": (  # a war that no list of places knows
        "Pasukan Zemlandia Rebut Kota di Tepi Sungai Varna",
        (
            "Tentara Zemlandia merebut kota Orsk setelah pertempuran sengit selama sepekan melawan pemberontak."
            " Artileri"
            " dan jet tempur menggempur pertahanan milisi sejak Senin. Sedikitnya 60 kombatan dan 14 warga sipil tewas,"
            " kata juru bicara militer. Ribuan penduduk mengungsi melewati perbatasan."
        ),
    ),
}

NOT_CONFLICT = {
    "perang dagang": (
        "Perang Dagang Memanas, Tarif Baru Berlaku Pekan Depan",
        (
            "Perang dagang antara dua raksasa ekonomi kembali memanas setelah Washington mengumumkan tarif impor baru."
            " Pelaku pasar menyerang balik lewat aksi jual saham. Analis menilai perang tarif akan menekan rupiah dan"
            " ekspor dalam negeri sampai akhir tahun."
        ),
    ),
    "perang harga": (
        "Perang Harga Mobil Listrik, Diskon Tembus Puluhan Juta",
        (
            "Perang harga mobil listrik makin sengit. Pabrikan saling serang dengan diskon sampai puluhan juta rupiah."
            " Konsumen diuntungkan, tetapi dealer mengaku tertekan karena margin penjualan menipis."
        ),
    ),
    "serangan jantung": (
        "Kenali Gejala Serangan Jantung Sejak Dini",
        (
            "Serangan jantung bisa menyerang siapa saja, juga usia muda. Dokter spesialis menyebut nyeri dada dan sesak"
            " napas sebagai gejala utama. Pasien yang tewas akibat serangan jantung umumnya terlambat dibawa ke rumah"
            " sakit. Pola makan sehat dan olahraga menurunkan risiko penyakit ini."
        ),
    ),
    "bom waktu": (
        "Utang Konsumtif Jadi Bom Waktu bagi Anak Muda",
        (
            "Pengamat ekonomi menilai utang pinjaman daring adalah bom waktu bagi anak muda. Bunga yang tinggi dapat"
            " meledak menjadi kredit macet. Bank diminta mengetatkan syarat kredit dan memberi literasi keuangan."
        ),
    ),
    "film perang": (
        "Film Perang Terbaru Sutradara Ternama Tayang Bulan Depan",
        (
            "Film perang yang mengisahkan prajurit muda di medan tempur itu akan tayang di bioskop bulan depan."
            " Aktor utama"
            " berlatih menembak dan mengemudikan tank selama tiga bulan. Sutradara ingin penonton merasakan ketegangan"
            " tanpa adegan yang terlalu sadis."
        ),
    ),
    "tawuran": (
        "Tawuran Pelajar Pecah, Polisi Amankan Celurit",
        (
            "Tawuran antarpelajar pecah di kawasan Jakarta Timur, Jumat sore. Satu remaja terluka kena bacok. Polsek"
            " setempat menangkap sembilan siswa dan menyita celurit serta bom molotov. Kapolsek mengatakan para"
            " tersangka"
            " berjanji perang lewat media sosial."
        ),
    ),
    "rudal di lapangan": (
        "Rudal Kaki Kiri Antar Tuan Rumah ke Puncak Klasemen",
        (
            "Gol lewat tendangan rudal dari luar kotak penalti membawa tuan rumah menang 2-1. Pelatih memuji"
            " serangan balik"
            " cepat timnya yang terus menggempur pertahanan lawan. Pemain bernomor tujuh itu kini mengoleksi"
            " sepuluh gol di"
            " liga musim ini."
        ),
    ),
    "gim": (
        "Gim Tembak-Menembak Ini Rilis Mode Perang Baru",
        (
            "Pengembang gim merilis mode perang baru dengan senjata, tank dan drone yang bisa dipakai pemain."
            " Pembaruan ini"
            " bisa diunduh di ponsel mulai pekan depan. Turnamen esports dengan hadiah miliaran rupiah juga disiapkan."
        ),
    ),
    "peringatan sejarah": (
        "Siswa Peringati Hari Pahlawan dengan Ziarah",
        (
            "Ratusan siswa memperingati Hari Pahlawan dengan berziarah ke makam pahlawan nasional. Mereka mendengarkan"
            " sejarah perang kemerdekaan dan pertempuran Surabaya dari seorang veteran. Upacara ditutup dengan"
            " pembacaan"
            " puisi di depan monumen."
        ),
    ),
    "kriminal": (
        "Polisi Tangkap Pelaku Penembakan di Kafe",
        (
            "Polres menangkap pria yang menembak pengunjung kafe hingga tewas. Tersangka memakai pistol rakitan"
            " dan mengaku"
            " sakit hati. Polisi menyita senjata api dan lima peluru, lalu menjerat pelaku dengan pasal pembunuhan"
            " berencana. Sidang akan digelar di pengadilan negeri."
        ),
    ),
    "teroris diadili": (
        "Terdakwa Kasus Bom Divonis 15 Tahun Penjara",
        (
            "Majelis hakim memvonis terdakwa kasus bom gereja dengan hukuman 15 tahun penjara. Jaksa menyebut terdakwa"
            " anggota jaringan teroris yang ditangkap Densus 88 tahun lalu. Kuasa hukum menyatakan pikir-pikir"
            " atas vonis"
            " itu."
        ),
    ),
    "alutsista": (
        "TNI AU Terima Jet Tempur Baru, Panglima Hadiri Upacara",
        (
            "TNI AU menerima tiga jet tempur baru dalam upacara di pangkalan udara. Panglima mengatakan"
            " pengadaan alutsista"
            " itu bagian dari modernisasi. Pesawat akan dipakai dalam latihan gabungan dan parade hari jadi TNI."
            " Kontrak pembelian diteken dua tahun lalu."
        ),
    ),
    "unjuk rasa": (
        "Unjuk Rasa Buruh Ricuh, Polisi Tembakkan Gas Air Mata",
        (
            "Unjuk rasa buruh di depan gedung DPRD berakhir ricuh. Polisi menembakkan gas air mata setelah massa aksi"
            " melempar batu. Serikat pekerja menuntut kenaikan upah dan mengancam mogok kerja nasional."
        ),
    ),
    "kecelakaan": (
        "Ledakan Tabung Gas Hancurkan Rumah Makan",
        (
            "Ledakan tabung gas menghancurkan sebuah rumah makan dan melukai empat karyawan. Petugas pemadam kebakaran"
            " mengevakuasi korban ke rumah sakit. Polisi menduga ledakan dipicu kebocoran selang kompor."
        ),
    ),
}

MALAY = (
    "Tentera Israel bedil utara Gaza, puluhan terbunuh",
    (
        "Sekurang-kurangnya 20 orang awam terbunuh selepas tentera Israel membedil sebuah kem pelarian di utara"
        " Gaza pada"
        " Isnin. Jurucakap kementerian kesihatan berkata kebanyakan mangsa ialah wanita dan kanak-kanak."
        " Perdana Menteri"
        " turut mengecam serangan itu dan berkata Malaysia akan terus menyokong perjuangan rakyat Palestin kerana"
        " gencatan senjata masih belum dicapai."
    ),
)

ENGLISH = (
    "Shelling resumes along the Karabakh front line",
    (
        "Azerbaijani and Armenian forces exchanged artillery fire along the front line on Sunday, killing at least four"
        " soldiers, the defence ministries of both countries said. Civilians in two villages were told to leave"
        " their homes"
        " and the ceasefire that was agreed last month has not been observed by either side."
    ),
)

REGIONAL = (  # Indonesian with quotations in Javanese
    "Warga Desa Mengungsi Akibat Kontak Senjata",
    (
        "Warga desa transmigran di pedalaman Papua mengungsi setelah kontak senjata antara TNI dan kelompok"
        " bersenjata pecah"
        ' pada Kamis. Seorang warga asal Jawa menuturkan kejadian itu. "Aku ora wani metu omah, wong-wong padha mlayu'
        ' menyang gereja," katanya. Dua tentara terluka akibat tembakan dan pasukan tambahan dikirim ke lokasi untuk'
        " mengejar para penyerang yang lari ke hutan."
    ),
)
