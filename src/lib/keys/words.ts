/** 2,048 everyday English words of 3 to 8 letters for suggested passphrases: 11 bits each. */
export const WORDS: readonly string[] = `
able acid acorn acre actor adapt adopt adult agent agree ahead aim air aisle alarm album alert alley allow
almond alone alpha alpine also alter amber amount ample amuse anchor angle ankle answer ant antler apart
apple apply april apron arch arctic area arena argue arm armor arrow art artist ash aside ask aspen asset
atlas atom attic auburn audio august aunt autumn avenue awake award aware away awning axis axle baby back
bacon badge badger bag bagel bake baker ball ballet bamboo banana band banjo bank banner bar barber barge
bark barley barn barrel basic basil basin basket bat batch bath baton bay beach beacon bead beak beam bean
beard beaver become bed bee beech beef beetle before begin behave behind beige bell belong below belt bench
bend best better beyond bicycle big bike bind birch bird biscuit bison bit bite black blade blank blanket
blaze blend bless blink block bloom blossom blouse blow bluff blur board boat body boil bold bolt bonus book
boost boot border borrow boss both bottle bottom bounce bow bowl box boy brain branch brass brave breath
breeze brew brick bridge brief bright bring brisk broad bronze brook broom brother brown brush bubble bucket
buckle bud budget buffalo bugle build bulb bull bumper bundle bunny burger burn burst bus bush busy button
buzz cabbage cabin cable cactus cage cake calf call calm camel camera camp canal candle candy canoe cap cape
captain car caramel caravan carbon card care cargo carpet carry cart carve case cash castle cat catch cattle
cave cedar ceiling celery cello cement center chain chair chalk chamber chance change channel chapel chapter
charm chart chase cheap cheek cheer cheese chef cherry chess chest chew chicken chief child chime chimney
chin chip chive choice choose chorus cider cinema circle circus citrus city civil claim clam clap clarify
class clay clean clear clerk clever cliff climate climb clinic clip cloak clock close closet cloth cloud
clover clown club clue coach coal coast coat cobalt cobra cocoa coconut code coffee coil coin cold collar
collect color colt column comb combine comedy comet comfort comic common compass concert cone confirm
connect cook cookie cool copper copy coral core cork corn corner correct cosmic cost cottage cotton couch
cougar count country couple courage course cousin cover cow coyote crab cradle craft crane crater crayon
cream create credit creek crew cricket crisp crop cross crow crowd crown cruise crumb crust crystal cube
cuff cup curl current curtain curve cushion custom cycle cymbal daily dairy daisy dance dancer dash data
date dawn day deal debate decade decent decide deck decor deep define degree delay deliver delta demand den
dentist depart depth deputy derive design desk detail device dew diagram dial diamond diary dice diesel diet
dig digit dinner dip direct dish disk distant dive divide dizzy dock doctor dog doll dollar dolphin domain
dome donkey donor door dose dot double dough dove down dozen draft drag draw drawer dream dress drift drill
drink drive drop drum dry duck due duet dune during dusk dust duty dwarf each eager eagle ear early earth
ease easel east easy eat echo edge edit educate effort egg eight either elastic elbow elder elect elegant
element elf elk elm else embark embrace emerald emotion employ empty enable end energy engine enjoy enough
enter entire entry epic equal era erase errand escape essay estate even evening event ever every evoke exact
example excite exit exotic expand expect expert explain explore express extend extra eyebrow fabric face
fact factor fade faith falcon fall fame family famous fan fancy far farm farmer fashion fast father faucet
favor feast feather feature fee feed feel fellow felt fence fern fetch fever few fiber fiction fiddle field
fifty fig file fill film filter final fine finger finish fire firm first fish fit five fix flag flame
flannel flash flask flat flavor fleece fleet flight flint flip float flock floor flora flow fluid flute fly
foam focus fog foil fold folk follow food foot forest forget fork form formal fort forum forward fossil fox
frame freckle free freeze french fresh friday friend fringe frog front frost frozen fruit fudge fuel full
fun fund funny fur future gadget gain galaxy gallery gallon game garage garden garlic gate gather gauge gaze
gazelle gear gecko gem general genius gentle genuine gesture get geyser giant gift ginger giraffe girl give
glacier glad glance glass glaze glide glider glimpse globe glory glove glow glue goal goat gold golf good
goose gospel gown grab grace grade grain grand granite grape graph grasp grass gravel gravy gray green greet
grid grill grin grip grocery groove ground group grove grow guard guess guest guide guitar gulf gull gum
guru gust gym habit hail half hammer hamster hand handle handy hang happen happy harbor hard harp harvest
hat hatch have hawk hay hazel head health heap heart heat heavy hedge height helmet help hen herb hero heron
herring hidden hide hike hill hint hip history hobby hockey hold holiday hollow home honest honey hood hoof
hook hoop hop hope horizon horn host hotel house hover huge human humble humor hundred hungry hunt hurdle
hurry husky hut hybrid ice icicle icon idea ideal igloo image imagine impact improve inch include income
index indigo indoor infant inform inhale ink inlet inner input insect inside inspect install instead intact
into invent invest invite iris iron island item ivory ivy jacket jade jaguar jam january jar jargon jasmine
jaw jazz jeans jeep jelly jewel jigsaw job jog join joke jolly journal journey joy judge juice july jumbo
jump june jungle junior juniper jury just kayak keen keep kettle kick kid kidney kilo kilt kind king kiosk
kit kitchen kite kitten kiwi knee knife knit knob knock koala label labor lace ladder lady lagoon lake lamb
lamp lance land lane lantern lap laptop large lark laser last late laugh laundry lava law lawn layer lazy
league lean learn lease leather leave lecture ledge left leg legend lemon lend length lens lentil leopard
letter lettuce level lever liberty library lid life lift light like lilac lily limb lime limit line linen
lion lip liquid list listen liter little live lizard llama load loaf lobby lobster local lock locket lodge
loft log logic lonely long look loop lotion lotus loud lounge love low loyal lucky luggage lumber lunar
lunch lung lute luxury lyric machine magenta magic magnet magpie major maker mall mammal mammoth man mango
manner mansion manual many map maple marble march margin marina mark market maroon marsh mask mason mat
match math matrix matter maximum may meadow meal mean measure media medium mellow melody melon melt member
memory mention menu merit merry mesh meteor method middle mild mile milk mill mind mineral minimum mint
minute mirror mister mitten mix mixture mobile model modern modest moment monday money monitor month moon
moose mop moral more morning mosaic moss most motel moth mother motion motor mound mount mouse mouth move
movie much mud muffin mug mule museum music mutual myself mystery myth nail name napkin narrow nation native
nature navy near neat nebula neck nectar needle neither nephew nerve nest net neutral never news next nice
nickel niece nine noble nod noise noodle noon normal north nose note nothing notice novel number nurse nut
nutmeg nylon oak oasis oat object oboe observe obtain ocean october octopus odd offer office often oil okay
old olive omega omelet once onion online only opal open opera opinion optic option orange orbit orchard
orchid organ origin ostrich other otter ounce oval oven over owl own owner oxygen oyster pace pack paddle
page paint palace palm pan panda panel panther pantry papaya paper parade parcel parent park parrot parsley
part party pass past pasta paste pastry patch path patient patrol pattern pave pay pea peach peacock peanut
pearl pebble pecan pedal peel pelican pen pencil penguin penny people pepper perfect perfume period permit
person petal phone photo phrase piano pick pickle picnic picture pier pig pigeon pile pilgrim pillar pillow
pilot pin pine pink pint pioneer pipe pitch pizza place plaid plan planet plank plant plate play player
plaza please pledge plenty plot plow plural plus pocket poem poet point polar police polish polite pollen
pond pony pool pop poppy porch port portion pose post pot potato pottery pouch pound powder power prairie
praise premium prepare present press pretty price pride primary prime print prism private prize process
produce product program project promise promote proof proper protect proud prove provide public pudding
puddle pull pulse puma pump pumpkin punch pupil puppet puppy pure purple purpose purse push put puzzle
pyramid quail quality quarter quartz queen query quest quick quiet quilt quince quit quite quiz quota quote
rabbit raccoon race radar radio radish raft rail rainbow raise raisin rally ramp ranch random range rapid
rare rate rather raven raw ray reach ready real reason rebel recall receipt recipe record recycle red reef
refer reflect reform refresh region regular relax relay release relief rely remain remind remote renew rent
repair repeat reply report request rescue resort result retail return reveal review reward rhyme rhythm
ribbon rice rich ride ridge rigid rim ripple rise river road roast robe robin robot rock rocket rodeo roof
room rope rotate round routine row royal rubber ruby rudder rug rule ruler run runner rural rush rust rustic
saddle safari safe sage sailor salad salmon salon salt salute same sample sand sandal satin sauna sausage
save saw say scale scan scarf scenic school science scoop scooter scope score scout scrap screen script
scroll seal search season seat second section seek select self senate senior sense series serve session
settle seven shade shadow shake shallow shape share sharp shed sheep sheet shelf shell shelter shift shine
ship shirt shock shop shore short shout shovel show shower shrimp shrub shy side sign signal silent silk
silly silver simple since sing singer single siren sister sit six size skate sketch ski skill skin skirt sky
slate sled sleep sleeve slice slide slim slipper slope slow small smart smile smoke smooth snack snail snow
soap soccer social sock soda sofa soft soil solar soldier solid solo solve song soon sort sound soup south
space spare spark sparrow speak special speed spell spend sphere spice spider spike spin spinach spiral
spirit splash spoon sport spot spray spread spring sprout spruce square squash stable stack stadium staff
stage stamp stand star start state station statue stay steady steak steam stem step stereo stick still stir
stock stone stool stop store storm story stove stream street stretch strike string strong student studio
study stuff style subject submit subway success such sudden suede sugar suggest suit summer summit sunday
sunny sunset super supper supply sure surf surface survey sustain swallow swamp swan sweater sweep swift
swim swing switch symbol syrup system table tablet tackle taco tailor take talent talk tall tango tank tape
target task taste taxi teach teacher team teapot tell temple ten tennis tent term terrace test text thank
theater theme theory thick thing think third thirty thistle thread three thrive thumb thunder ticket tidy
tie tiger tile timber tin tiny tip tire tissue title toast today tomato tone tool tooth top topaz topic
torch tornado total touch tour tourist towel tower town toy track tractor trade traffic trail train travel
tray treat tree trek trend tribe trick trip trophy tropic trouble trout truck true trumpet trunk trust truth
try tub tube tuesday tugboat tulip tuna tundra tune tunnel turkey turn turnip turtle tutor twelve twenty
twig twin twist type typical uncle under uniform union unique unit until unusual update upgrade upon upper
upset urban urge use useful usual utility vacant valid valley value valve van vanilla vapor various vase
vast vault vector velvet vendor venture verb verse version very vessel vest veteran video view village vine
vinegar vintage violet violin virtue visit visual vital vivid vocal voice volcano volume vote vowel voyage
waffle wage wagon walk wall wallet walnut walrus want warm wash watch water wax way wealth weave wedge
weekend weigh welcome west wheat wheel when whisper whistle white wicker wide width wild will willow win
wind window wing winner winter wire wisdom wise wish wolf wonder wool word work world wren wrist yacht yard
yarn yawn year yellow yes yogurt young youth zebra zero zigzag zinc zipper zone zoo zoom
`
  .trim()
  .split(/\s+/);
