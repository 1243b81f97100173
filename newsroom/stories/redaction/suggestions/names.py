"""First names, titles, towns and the words of which firms make their names: modest lists of our own, of names
that are common where our readers live.

Pure. Written for this product from general knowledge; not complete and not meant to be. A name that is not
here is still found by what stands around it.
"""

from __future__ import annotations

FIRST_NAMES = frozenset(
    """
aaliyah aaron abby abdul abigail abdi abdullah adam adele adrian adriana agata agnes agnieszka ahmed aidan
aileen aisha aisling akash alan alana alasdair albert alberto alejandro aleksandra alessandro alex alexander
alexandra alexis alfie alfred alice alicia alina alisha alison alistair allan allison alyssa amanda amar amber
amelia amina amir amit amrita amy ana ananya anastasia anders andre andrea andreas andrew andrzej andy aneta
angela angelica angus anika anil anita anja ann anna annabel anne annette annie anthony antje antoine anton
antonia antonio anuj anya aoife archie arjun arthur arun asha ashley ashok ashwin astrid audrey ava ayesha
ayman barbara barry bartek beata beatrice becky bella ben benedict benjamin benoît bernadette bernard bernd
bert beth bethany betty beverley bianca bilal birgit björn blessing bob bobby bogdan brad bradley brandon
breda brenda brendan brent brett brian bridget britta bronagh bruce bruno bryan caitlin callum calum cameron
camila camille candice carina carl carla carlos carmel carmen carol carole carolina caroline carolyn caoimhe
carrie cassandra catalina catherine cathy catriona cecilia chad chandra chantal chantelle charlene charles
charlie charlotte chelsea cheryl chiara chidi chloe chris christian christina christine christoph christopher
ciara cillian claire clara claudia clara clement cliff clifford clive cody colin colleen colm connie connor
conor coralie cora corinne courtney craig crystal cynthia dagmar daisy damian damien dan dana daniel daniela
danielle danny daphne daragh darius darlene darren daryl dave david dawid dawn dean deb debbie deborah debra
declan deepa deepak deirdre delia denis denise dennis derek dermot desmond dessie diana diane diarmuid didier
diego dieter dilip dimitri divya dolores dominic dominik dominika donal donald donna doreen doris dorota
dorothy doug douglas duncan dylan eamon eamonn earl eddie edgar edith edward edwin eileen eimear elaine
eleanor elena eleni elias elisabeth elise elizabeth ella ellen ellie elliot elsie emeka emer emilia emily emma
emmanuel enrique eric erica erik erika erin ernest esme esther ethan ethel étienne eugene eunice eva evan eve
evelyn ewa ewan fabian faisal farah farida fatima felicity felipe felix ferdinand fergal fergus fernando
finbar finlay finn fintan fiona florence florian fraser françois frances francesca francesco francis francisco
frank franz fred freda freddie frederick freya friedrich gabriel gabriela gabrielle gail gareth garry gary
gavin gaz gemma geoff geoffrey george georgia georgina gerald geraldine gerard gerhard gerry giles gillian
gina giorgio giovanni giulia gisela glen glenda glenn gloria gordon goran grace graeme graham grainne greg
gregory greta guillermo gurpreet guy gwen gwendolyn hannah hannelore hans harald harjit harold harriet harry
harsha hassan hazel heather hector heidi heinz helen helena helga henrik henry herbert hilary hilda holly
horst howard hubert hugh hugo ian ibrahim ida ignacio ilse imogen imran ines inga ingeborg ingrid ioana iqbal
irene iris irina isaac isabel isabella isabelle isla ismail ivan ivy iwona jack jackie jacob jacqueline
jacques jade jaime jake jakub james jamie jan jana jane janet janice janine janusz jared jasmin jasmine jason
javier jay jayne jean jeanette jeff jeffrey jen jenna jennifer jenny jens jeremy jerome jerry jerzy jess jesse
jessica jill jim jimmy jo joan joanna joanne joaquín jodie joe joel johan johanna johannes john johnny jolanta
jon jonas jonathan jordan jorge jörg josé josef joseph josephine josh joshua joy joyce juan juanita judith
judy julia julian juliana julie juliet julio june jürgen justin justyna kajal kamal kamala kamil karen karin
karl karol karolina kasia katarzyna kate katherine kathleen kathryn kathy katie katrin katrina kavita kay kaye
kayla kayleigh keeley keira keith kelly ken kenneth kenny kerry kevin kev khalid kieran kim kimberly kiran
kirsten kirsty klaus kofi krishna kristen kristina kristof krystyna krzysztof kumar kurt kwame kyle lakshmi
lara larry lars laura lauren lavinia lawrence leah leanne lee leila lena leo leon leona leonard leroy leslie
lesley lewis liam libby lila lillian lily lina linda lindsay lindsey lisa liz lizzie lois lola lorenzo loretta
lorna lorraine louis louisa louise luc luca lucas lucia lucía lucy luis luisa luke lukas lukasz łukasz luz
lydia lynn lynne maciej madeleine madison maeve magda magdalena maggie mahmoud máire mairead malcolm
małgorzata mandy manfred manish manoj manuel manuela mara marc marcel marcia marcin marco marcus marek
margaret margarita margot marguerite maria maría marian marianne marie mariana marilyn marina mario marion
marisa mark markus marlene marlon marta martha martin martina martyn mary maryam mateo mateusz mathilde
matilda matt matteo matthew matthias maud maureen maurice max maxine maya meera megan mehmet mel melanie
melissa mercedes meredith mia michael michaela michał michel michele michelle miguel mike mila mildred milan
millie minnie miranda miriam misty mohamed mohammad mohammed moira molly mona monica monika monique morag
morgan morris muhammad mukesh muriel murray myra nadia nadine nancy naomi nasreen natalia natalie natasha
nathan nathaniel neha neil nell nelson niall niamh nick nicky nicola nicolas nicole nigel nikhil nikki nina
nisha noah noel nora norah norma norman nuala oisín olga oliver olivia ollie omar oonagh orla orlaith oscar
otto owen paddy pablo padraig paige pam pamela paola parminder patricia patrice patrick patsy paul paula
paulina pauline pawel paweł pearl pedro peggy penelope penny pete peter petra phil philip philippa philippe
phoebe phyllis pia pierre pieter pilar piotr polly pooja prakash pradeep preeti priti priya priyanka przemek
quentin rachel rafael rafał raheem rahul raj rajesh raju ralf ralph ram ramesh ramón randy raphael rashid raúl
ravi ray raymond rebecca rebekah reece reggie regina reinhard rekha renata rené renee renzo reza rhiannon
rhona rhys ricardo riccardo richard rick ricky rita rob robbie robert roberta roberto robin robyn rochelle rod
roderick rodney rodrigo roger rohan roisin róisín roland rolf roman ron ronald ronan ronnie rory rosa rosalind
rosario rose rosemary rosie ross rowan roxanne roy ruby rudi rudolf rufus rupert russell ruth ryan sabine
sabrina sadie sahil sally salma sam samantha samir sammy samuel sandeep sandra sandy sanjay sanjeev santiago
saoirse sara sarah saskia sasha scott sean seán sebastian selina serena sergio seth shana shane shanice
shannon sharon shaun shauna shazia sheila shelley sheryl shirley shivani shona sian siân sid sidney sienna
silke silvia simon simone sinead sinéad siobhan siobhán skye skyler slawomir sneha sofia sofía sonia sonja
sophia sophie stacey stan stanislaw stanley stefan stefanie stella steph stephanie stephen steve steven
stewart stuart sue sukhdeep suleiman sunil sunita suresh susan susanna susanne susie suzanne svetlana sven
sybil sylvia sylvie tadhg tamara tamika tamsin tania tanya tanner tara tariq tasha ted teresa terence terry
tess thelma theo theodore theresa thérèse thierry thomas tiffany tilly tim timothy tina tobias toby todd tom
tomas tomasz tommy toni tony torsten tracey tracy travis trevor trish trisha tristan trudy tunde tyler tyrone
ulrich ulrike una ursula usha uwe valerie vanessa vera verity veronica vicky victor victoria vijay vikram
vincent viola violet virginia vishal vivek vivian vivien vivienne vladimir waldemar walter waltraud wanda
warren wayne wendy werner wesley wilfred wilhelm will william wilma winifred winston wojciech wolfgang xavier
yasmin yannick yolanda yusuf yvette yvonne zach zachary zainab zara zoe zofia zoltan destiny tyrell brayden bo
trev big
""".split()
) - {"big"}

# First names that are at least as often something else: these need a cue beside them.
AMBIGUOUS = frozenset(
    """
april art august austin bill blessing bo bob carol chad chelsea christian clay cliff crystal dale dan dawn
dean destiny dolores drew earl faith felicity florence frank gene georgia grace grant guy hazel heather hope
iris ivy jade jan jay jean jordan joy june kay kim lance lee lily liberty mark martin mary may melody mercedes
mercy miles misty morgan nelson nick norm olive paris pat patience pearl penny pete pierce poppy prudence ram
ray reed rich rob robin rod roman rose rosemary ross ruby rusty sandy savannah sky skye stan stella sue summer
sunny tanner ted temperance trinity verity victor victoria viola violet virginia warren wade will woody
""".split()
)

TITLES = frozenset(
    """
mr mrs ms miss mx mister missus dr doctor prof professor sir dame lord lady rev revd reverend fr father sister
brother capt captain cdr col colonel major sgt herr frau hr fr. señor señora señorita sr sra srta don doña
monsieur madame mademoiselle mme mlle pan pani signor signora shri sri smt thiru thirumathi kumari auntie
aunty aunt uncle nonna nonno oma opa postie nanny mevrouw meneer dhr dipl.-ing bhai sardar
""".split()
)

TOWNS = frozenset(
    """
london birmingham manchester leeds liverpool sheffield bristol newcastle nottingham leicester coventry
bradford hull stoke derby portsmouth southampton plymouth wolverhampton norwich exeter york cambridge oxford
bath swindon reading luton northampton peterborough ipswich colchester chelmsford brighton hove worthing
hastings canterbury maidstone croydon harrow ealing wimbledon hackney deptford greenwich slough watford
guildford basingstoke salisbury winchester bournemouth poole truro penzance taunton yeovil cheltenham
gloucester worcester hereford ludlow shrewsbury telford stafford stockport bolton wigan preston blackpool
lancaster carlisle kendal durham sunderland gateshead middlesbrough darlington harrogate scarborough whitby
wakefield huddersfield halifax doncaster rotherham barnsley grimsby lincoln nuneaton hinckley rugby henley
bakewell buxton edinburgh glasgow aberdeen dundee inverness perth stirling paisley leith cardiff swansea
newport wrexham aberystwyth bangor belfast derry lisburn newry dublin cork galway limerick waterford kilkenny
sligo tralee drogheda dundalk paris lyon marseille nice toulouse bordeaux lille nantes strasbourg berlin
hamburg munich münchen cologne köln frankfurt stuttgart düsseldorf leipzig dresden hanover hannover nuremberg
nürnberg bremen tübingen freiburg heidelberg vienna wien salzburg graz zurich zürich geneva basel bern madrid
barcelona valencia seville sevilla málaga malaga bilbao granada alicante tenerife mallorca ibiza lisbon lisboa
porto faro rome roma milan milano naples napoli turin florence venice bologna brescia palermo warsaw warszawa
kraków krakow gdańsk gdansk wrocław wroclaw poznań poznan łódź lublin katowice prague praha brno budapest
bucharest sofia athens istanbul amsterdam rotterdam utrecht eindhoven brussels antwerp ghent copenhagen
stockholm gothenburg uppsala malmö oslo bergen helsinki tallinn riga vilnius split zagreb dubrovnik reykjavik
moscow kyiv mumbai delhi bengaluru bangalore chennai kolkata hyderabad pune ahmedabad jaipur lucknow kochi goa
nairobi lagos accra cairo johannesburg dubai singapore bangkok tokyo beijing shanghai sydney melbourne
brisbane adelaide perth canberra hobart darwin cairns ballarat geelong toowoomba wollongong auckland
wellington christchurch toronto montreal vancouver ottawa calgary boston chicago philadelphia houston dallas
austin denver seattle portland phoenix miami atlanta detroit cleveland baltimore memphis nashville tulsa omaha
boise asheville orlando tampa brooklyn manhattan paddington euston heathrow gatwick luton stansted croydon
""".split()
)

FIRM_WORDS = frozenset(
    """
ltd limited plc inc llc llp gmbh ag kg s.l b.v co corp corporation company group holdings partners sons
daughters son daughter bros brothers & bank banking banco banca banque sparkasse society union finance
financial capital credit mutual assurance insurance insurances cover mobile telecom telecoms wireless
broadband internet networks network fibre communications phones air airways airlines airline flights cruises
travel tours holidays ferries ferry trains rail railway railways buses coaches cabs taxis rentals hire energy
power gas electric electricity electrical water light solar strom stadtwerke utilities hotel hotels inn inns
lodge hall manor resort resorts suites spa hostel pension casa guesthouse restaurant ristorante trattoria
bistro café cafe brasserie bbq grill kitchen diner bar bakery bakers catering foods pizza hospital infirmary
surgery clinic clinics practice dental dentists vets veterinary pharmacy pharmacies chemists health healthcare
care council borough authority university college school academy library stores store shop shops market
markets supermarket superstore electronics electricals computers software systems technologies technology tech
digital solutions services labs studio studios motors motor garage garages autos cars tyres plumbing plumbers
heating roofing roofers builders kitchens furniture carpets glass opticians books booksellers press media news
mail post parcels parcel couriers courier express freight logistics delivery deliveries removals storage
properties property estates lettings homes housing wohnbau gardens garden centre centres centers fashion
clothing shoes jewellers florists cleaners cleaning laundry lounge security telecomunicaciones seguros
versicherung verlag werke haus aufzug tapicería association trust foundation memorials ovens
""".split()
) - {"&"}
