"""Words that are no names: what stands in capitals only because a sentence begins, or because custom asks for
it.

Pure, and a modest list: the 2,048 common words of the receipt codes' list, and the words of customers'
stories beside them. A word that is missing makes a suggestion too many, which an editor passes over.
"""

from __future__ import annotations

from functools import cache

from mnemonic import Mnemonic

_GRAMMAR = """
a about above across after afterwards again against ah all almost along already also although always am among
an and another any anybody anyhow anyone anything anyway anywhere are aren't around as at away back be because
been before behind being below beside besides between beyond both but by can can't cannot could couldn't did
didn't do does doesn't doing don't done down during each either else enough even ever every everybody everyone
everything everywhere except few fewer finally first five for four from further furthermore get gets getting
given gives go goes going gone got had hadn't has hasn't have haven't having he he'd he'll he's hello hence
her here here's hers herself hi him himself his hiya honestly how however i i'd i'll i'm i've if in indeed
inside instead into is isn't it it'd it'll it's its itself just last later least less let let's like little
lots made make makes many may maybe me meanwhile might mind mine more moreover most mostly much must my myself
near nearly neither never nevertheless next nine no nobody none nor not nothing now nowhere of off often oh ok
okay on once one ones only onto or other others otherwise ought our ours ourselves out outside over overall
own per perhaps please plus quite rather re really right round same second see seem seemed seven several shall
she she'd she'll she's should shouldn't since six so some somebody somehow someone something sometimes
somewhere soon still such sure ten than thank thanks that that'll that's the their theirs them themselves then
there there'd there's therefore these they they'd they'll they're they've third this those though three
through throughout thus till to today together tomorrow too towards twelve twenty twice two under
unfortunately unless unlike until up upon us used usually very via was wasn't we we'd we'll we're we've well
went were weren't what whatever what's when whenever where where's whereas wherever whether which whichever
while who who's whoever whole whom whose why will with within without won't would wouldn't yeah yes yet you
you'd you'll you're you've your yours yourself yourselves zero hundred thousand million dozen ago else's ain't
gonna wanna cos cuz u ur im ive id dont didnt doesnt wont cant couldnt wouldnt isnt wasnt arent havent hasnt
hadnt shouldnt theyre youre thats whats hes shes theres lets ill eight eleven fifteen thirty forty fifty sixty
seventy eighty ninety half quarter eighth ninth tenth fourth fifth
"""
_STORIES = """
abroad absolute absolutely accept accepted accident according account accounts add added address admiral
advice adviser advisor afraid agent agents airline airlines airport alarm allergy allowed alone alternator
amount angel anger angry announced annoyed answer answered answers anxious apart apologies apologise
apologised apologized apology app apparently appeal appealed appeals appointment appointments arrived arrive
ask asked asking asks assessor assistant assume ate attached authority automatic autumn awaited awful baby
badge badly baggage bailiff bailiffs baker bakery band bank banker bankers banks bar basil bath bathroom beach
bed bedroom beds bees beg began believe bell best better big bill billed billing bills bin bins biscuit
biscuits black bless block blocked blood blouse blue boarded boarding boat boiler book booked booking bookings
bought box boxes boy boys brakes branch brave bread breakdown breakfast broadband broke broken brother brought
building built burst bus business busy button buy by-the-way cabin cable call called caller calling calls came
camera cancel cancelled canceled cancelling car card cards care carer caretaker carried carry cars case cases
cash cashier cat caught centre center certainly chair chairs chance change changed charge charged charges
charging chat cheap cheaper check checked check-in check-out cheers chemist chief child children chip chips
choice christmas church claim claims clean cleaned cleaner clear clearly clerk clerk's clever clinic clock
close closed clothes club coach coffee cold colleague colleagues collected collection come comes coming
comment comments commotion company compensation complain complained complaint complaints complete completely
computer concern concerned conductor confirm confirmation confirmed confused connected consultant contact
contacted contents contract contracts cooker correct cost costs couch council counter couple courier course
cover covered cows crash crashed crashes cream credit crew cried cross cruise cup curtains customer customers
customs cut dad daddy damage damaged dark date dates daughter day days dead deaf deal dear death debit debt
december decided deck declined deep defect delay delayed delays deliver delivered deliveries delivery dementia
dentist depot describe desk detail details device diabetic did died different difficult digital dinner direct
director disappointed disconnected discount discovered discuss dish doctor doctors dog dogs door doors doubt
drawer dress drink drive driver drivers driving dropped dry due dumb ear early earlier easter easy eat editor
effort eggs electric electrician electricity email emailed emails email's e-mail e-mailed employee employees
empty end ended energy engaged engineer engineers enquiries enquiry entire envelope error errors estimate
estimated evening evenings eventually everyday evidence exact exactly example excellent exchange excuse
excused expect expected expecting expensive experience experienced expert experts explain explained explains
express extra eye eyes face faced fact facts failed fair faithfully fallen family famous fantastic far fast
father fault fax fear feedback feel feeling feels feet fell felt ferry field file files filled final fine
fined fines finish finished fire fired firm firms fit fitted fitter fix fixed flat flight flights floor
flowers flyer follow followed following food foot football foreman forever forget forgot form forms forward
found fountain free freezing fresh friend friendly friends front frozen fruit frustrated full fully fun
funeral funny furious furniture future game garage garden gardener gas gate gave general gentleman gentlemen
genuine gift girl girls give glad glass glasses goal god goods good gran grand grandad granddaughter
grandfather grandma grandmother grandson grandparents grateful great green greetings greet ground group grown
guarantee guard guess guest guests guide guy guys habe hair hall hand handed handset hands handwriting hang
happen happened happens happiness happy hard hate head headquarters health hear heard hearing heart heat
heating heavy held help helped helpful helpline helps hidden high hired history hit hold holding hole holes
holiday holidays home honeymoon honest honesty honour honourable hope hoped hopefully horrible hospital host
hot hotel hotels hour hours house household houses housekeeper hrs huge human hung hungry hurricane hurry hurt
husband husbands ideal idea idiot ignored immediately important impossible impressed incident include included
incredible incredibly inform information informed initial inquiry inspector installation installed insurance
insurer insurers internet interview invoice involved island issue issues item items jacket job jobs joined
joke journey judge jumper june just keen keep keeps kept kettle key keyboard keys kid kids kilometres kind
kindest kindly kindness kitchen knee knew knock knocked know known knows ladder ladies lady lamp landed
landlady landlord laptop large lass lassie lately laugh laughed laughing law lawyer lead leaflet leak learn
learned learnt leave leaves leaving left leg legal legs lesson letter letters level library licence license
lie lied lies life lift light lights line lines list listed listen listened listening lit live lived lives
living loaded loan local locals locksmith lobby locked log logged long longer look looked looking looks lord
lorry lose lost lot loud lounge love loved lovely loves loving low loyal loyalty luck luckily lucky luggage
lunch lunchtime mad madam mail mailed main maintenance man managed management manager managers manners manual
map march mark marked match mate material matter matters meal mean means meant measured meat mechanic medical
medicine meet meeting member members membership memory men mention mentioned menu merry mess message messages
met meter microwave midnight mile miles milk mini minor minus minute minutes mistake mistakes misprint mix
mobile model modem moment monday money month monthly months moral morning mortgage motel mother mother's motor
move moved mr mrs ms miss mum mummy mums music named name names nan naturally neat necessary need needed needs
neighbor neighbors neighbour neighbours nephew nerve new news nice niece night nightmare nights noise noon
normal normally note noted notes notice noticed notified notified nowadays number numbers nurse nurses
obviously october odd offer offered offers office officer official old older older's online open opened
opening operator opinion opposite optician option options order ordered orders original outage outraged
outrageous oven overdrawn overheard overnight owe owed owes owner page pages paid pain paint paper papers
parcel parcels pardon parent parents parking parliament part particularly party passed passenger passengers
passport password past patience patient patients pause pay paying payment payments pays peace pension people
percent perfect period permission person personal personally personnel petrol pharmacist pharmacy phone phoned
phones photo photograph photographs photos physio piano pick picked picks picture pictures pie piece pieces
pigeon pilot pin pipe pizza place placed plan plane plate platform play played pleasant pleased pleasure
plumber plumbers pocket point pole police policies policy polite politely pool poor popped porter possible
possibly post postage postcode posted postie postman pound pounds power practice praise prayed pregnant
prepaid prescription present press pressed pressing pretty previous price prices print printed printer private
prize probably problem problems process product professional prompt promise promised promises proof proper
properly property proprietor proud prove provide provided pub public pulled purchase purchased purser push
pushed put qualified quality queries query question questions queue queued quick quicker quickly quiet quit
quote quoted rail rain raining ran rang rarely rate rates reach reached read reader readers reading readings
ready real realise realised realized reason reasonable reboot recap receipt receive received receiver recently
reception receptionist recommend recommended record recorded recording records red refund refunded refunds
refuse refused regard regarding regards register registered regular regularly reinstall reject rejected
related remain remains remember reminded removals remove removed rent renewal rep repair repaired repairs
repeat repeated replace replaced replacement replied replies reply report reported reports representative
request requested required reservation reserved reset resolve resolved respect respectfully respond responded
response responsible rest restaurant result return returned returning reverend review reviews ribs ridiculous
right ring ringing rings road roaming robot roof roofers room rooms round rubbish rude rudeness rule rules run
running rushed sad sadly safe safety sage said sail salad sale sales salesman saleswoman sang sat saturday
save saved saving savings saw say saying says scam scandal scarf school screamed screen screens screw script
sea search season seat seats secretary section security seeing seen seldom select self sell seller selling
send sending sends senior sense sent sentence separate serial serious seriously serve served server service
services serving session set settings seven shall shame shameful share sheets shift ship shipment shipping
shirt shock shocked shocking shoe shoelaces shoes shop shopkeeper shopping shops short shortly shoulder shout
shouted shouting shoved show showed shower showing shown shows showroom shrugged shut sick side sigh sighed
sign signal signed signature silence silent silly similar simple simply sincerely sing single sir sirs sister
site sitting situation size sizes sky slam slammed sleep slept slice slogan slow slowly small smart smell
smile smiled smiling snow socks sofa software sold solar solution solve solved son sons sorry sort sound
sounded sounds space spare speak speaker speaking special specialist specially spelled spelt spend spent spoke
spoken spot spring staff stairs stamp stamps stand standard standing stands stapler stared start started
starting starts state stated statement station status stay stayed staying step steps stick stolen stone stood
stop stopped store stores storm story straight strange stranger street streets strong stuck student study
stuff stupid subject succeeded success such sudden suddenly suffered suggested suitcase suite summer sun
sunday supermarket supervisor supply support supposed surge surely surgeon surgery surprise surprised
suspicious swan swear sweet switch switchboard switched system systems table tablet tables take taken takes
taking tale talk talked talking talks tap tape taught tax taxi tea teacher team teams tears tech technical
technician technicians tell teller telling tells telly temperature tenant terms terrible terrific tested text
texted texts thankful thankfully therapist thermostat thing things think thinking thinks thought threatened
threw throw thumbs thursday ticket tickets tie ties tight till time timetable times tip tired tiny title
toilet toilets told tomorrow tone tonight took tool tools top torch total totally touch tough tour towel
towels tower town track tracked tracking traffic trailer train trainee trained trains transaction transcript
transfer transferred translate travel travelled treat treated treatment tree tried trip trolley trouble truck
true trust truth try trying tuesday turn turned turning tv twins twelve twenty typed typical typing ugly
umbrella unacceptable unable unbelievable uncle understand understood unhappy uninstall unique unit unknown
unless unplugged unprofessional update updated upgrade upset upstairs urgent urgently useful useless usual
utter vacuum valid value valve van vans vegetables verdict version vet victim video view village violent visit
visited visitor visitors voice voicemail volunteer voucher vouchers wait waited waiter waiting waitress walk
walked walking walks wall wallet want wanted wanting wants warehouse warm warned warning warranty wash washed
washing waste wasted watch watched water wave way wear wearing weather web website website's wedding wednesday
week weekend weekends weekly weeks weird welcome wellbeing wet whatsoever wheel wheelchair wheels whenever
whilst whisper white wife wifi wi-fi wild win window windows wine winter wireless wise wish wished wished
woman women wonder wondered wonderful wood word worded words wore work worked worker workers working workman
workmen works world worried worry worse worst worth wrap write writer writes writing written wrong wrote yard
year years yellow yesterday young younger youngest youth yours yourselves bought behaviour apples apple purse
cot oven weeks' customer's act acts call fee fees grand wee lad lads mates kids' folk folks lets letting
mates' naw aye nope yep yup ok whoops ugh argh wow hey dude bro tbh btw lol pls plz thx asap fyi omg wtf rip
ps nb
"""
_CAPITALISED_BY_CUSTOM = """
monday tuesday wednesday thursday friday saturday sunday mondays tuesdays wednesdays thursdays fridays
saturdays sundays january february march april may june july august september october november december
english british scottish welsh irish american australian german french spanish polish indian italian dutch
european chinese japanese greek roman turkish russian canadian african asian swedish portuguese latin catholic
christian muslim jewish hindu england britain scotland wales ireland america australia germany france spain
poland india italy netherlands holland europe china japan greece turkey russia canada africa asia sweden
portugal norway denmark finland austria switzerland belgium uk us usa eu gb derbyshire yorkshire kent essex
sussex surrey cornwall devon dorset somerset norfolk suffolk boxing christmas xmas easter ramadan diwali
hanukkah halloween thanksgiving hogmanay eid lent epiphany god jesus christ lord bible google internet web
facebook twitter instagram whatsapp youtube bluetooth android windows pdf usb sim pin puk nhs gp mot vat iban
bic swift apr isbn mpan mprn uprn atm pos faq html sms mms tv dvd cd pc it hr pr ceo cfo cto md phd mba ltd
plc inc llc act one two three mr mrs ms dr rep agent manager supervisor adviser advisor director officer clerk
nurse doctor sister father mother mum dad gran nan grandma grandpa sir madam lady lord king queen prince
princess president minister council parliament congress government finanzamt kundenerlebnis mastercard visa
head chief department team customer service services support staff reception complaints sales returns billing
accounts relations happiness office board registered retd yours regards sincerely faithfully dear hello
subject from to cc bcc re ref date name guest guests rs zeichen herr pacific eastern atlantic mediterranean
north south east west northern southern eastern western central margherita
"""


@cache
def ordinary() -> frozenset[str]:
    """Words, in small letters, that by themselves name nobody."""
    written = f"{_GRAMMAR} {_STORIES} {_CAPITALISED_BY_CUSTOM}".split()
    return frozenset({*written, *Mnemonic("english").wordlist})


@cache
def by_custom() -> frozenset[str]:
    """Words that keep their capital within a sentence and still name neither a person nor a firm."""
    return frozenset(_CAPITALISED_BY_CUSTOM.split())


def is_ordinary(word: str) -> bool:
    """Whether a word is one of them, also with one of the usual endings."""
    plain = word.casefold().replace("’", "'")
    words = ordinary()
    if plain in words or plain.removesuffix("'s") in words:
        return True
    for ending, instead in _ENDINGS:
        stem = plain.removesuffix(ending)
        if stem != plain and len(stem) > 2 and (stem + instead in words or _undoubled(stem) in words):
            return True
    return False


_ENDINGS = (
    ("s", ""), ("es", ""), ("ies", "y"), ("ed", ""), ("ed", "e"), ("d", ""), ("ing", ""), ("ing", "e"),
    ("ly", ""), ("er", ""), ("er", "e"), ("est", ""), ("ness", ""), ("n't", ""), ("nt", ""), ("'re", ""),
    ("'ve", ""), ("'ll", ""), ("'d", ""),
)  # fmt: skip


def _undoubled(stem: str) -> str:
    """“stop” for “stopp”."""
    return stem[:-1] if len(stem) > 3 and stem[-1] == stem[-2] else stem
