"""Everyday words that people search their pictures for; the text tower learns them with care."""

from __future__ import annotations

LISTED = """
apple pear banana orange lemon lime grapefruit mandarin satsuma clementine peach nectarine apricot
plum cherry grape strawberry raspberry blueberry blackberry cranberry currant gooseberry melon
watermelon cantaloupe honeydew kiwi mango papaya pineapple coconut fig date pomegranate avocado
passion-fruit lychee guava olive tomato potato sweet-potato carrot onion shallot garlic ginger
leek celery cucumber zucchini courgette aubergine eggplant pumpkin squash pepper bell-pepper
chilli cabbage cauliflower broccoli brussels-sprout lettuce spinach kale rocket chard asparagus
artichoke radish turnip parsnip beetroot beet fennel mushroom corn maize pea bean lentil chickpea
soy tofu rice bread baguette roll bun toast croissant bagel pretzel cake cupcake muffin pie tart
cookie biscuit doughnut pancake waffle ice-cream chocolate candy honey jam butter cheese yoghurt
milk oat-milk soy-milk sour-cream cream egg meat beef steak pork ham bacon sausage chicken turkey
fish salmon tuna shrimp prawn lobster crab oyster sushi soup stew salad sandwich burger pizza
pasta spaghetti noodles taco burrito curry sauce ketchup mustard mayonnaise salt sugar flour oil
vinegar spice herb basil parsley mint coffee tea juice water lemonade soda cola beer wine cocktail
whisky smoothie bottle can jar cup mug glass plate bowl fork knife spoon chopsticks pan pot kettle
oven stove fridge microwave toaster blender sink tap dishwasher table chair stool bench sofa couch
armchair bed pillow blanket mattress wardrobe shelf bookcase drawer desk lamp chandelier candle
mirror clock carpet rug curtain window door floor ceiling wall stairs balcony bathroom bathtub
shower toilet towel soap toothbrush kitchen bedroom living-room office garage attic cellar shirt
t-shirt blouse polo-shirt long-sleeve-shirt sweater jumper pullover hoodie cardigan jacket coat
raincoat blazer suit tie dress skirt trousers pants jeans shorts leggings tights underwear bra
sock shoe sneaker trainer boot sandal slipper high-heel hat cap beanie helmet scarf glove mitten
belt bag handbag backpack suitcase wallet umbrella watch ring necklace bracelet earring glasses
sunglasses swimsuit bikini pyjamas uniform apron costume dog puppy cat kitten horse pony cow calf
bull sheep lamb goat pig donkey rabbit hare mouse rat hamster squirrel hedgehog fox wolf bear deer
elk moose lion tiger leopard cheetah elephant giraffe zebra hippo rhino camel llama monkey gorilla
kangaroo koala panda bird eagle hawk owl parrot pigeon sparrow robin crow raven duck goose swan
hen rooster chick peacock penguin flamingo ostrich gull snake lizard turtle tortoise crocodile
frog toad shark whale dolphin seal octopus jellyfish starfish butterfly bee wasp ant fly mosquito
beetle ladybird spider snail worm tree oak pine palm birch leaf branch root bark forest flower
rose tulip daisy sunflower lily orchid dandelion cactus grass moss fern bush hedge garden lawn
field meadow farm barn vineyard orchard mountain hill valley cliff cave volcano desert dune beach
coast sea ocean wave island river stream waterfall lake pond swamp glacier iceberg snow ice rain
storm lightning rainbow cloud fog sunrise sunset sun moon star planet galaxy sky night fire smoke
stone rock sand mud car taxi truck lorry van bus tram train locomotive subway bicycle motorcycle
scooter tractor ambulance fire-engine police-car boat ship sailboat ferry canoe kayak submarine
aeroplane airplane jet helicopter balloon rocket drone wheel tyre engine road street motorway
bridge tunnel crossroads traffic-light sign car-park petrol-station airport station harbour house
flat apartment building skyscraper tower castle palace church cathedral mosque temple synagogue
school university library museum theatre cinema hospital pharmacy hotel restaurant cafe bar shop
supermarket market factory warehouse stadium gym park playground square fountain statue cemetery
lighthouse windmill ruins village town city skyline person man woman boy girl child baby toddler
family couple crowd doctor nurse teacher student soldier policeman firefighter farmer cook chef
waiter builder worker engineer scientist artist musician dancer athlete king queen bride groom
face eye ear nose mouth hand foot hair beard smile portrait selfie wedding birthday party concert
festival parade protest meeting classroom picnic football soccer basketball baseball tennis golf
hockey rugby volleyball swimming running cycling skiing snowboarding surfing skateboarding
climbing hiking camping fishing boxing yoga dancing chess computer laptop keyboard mouse screen
monitor tablet phone smartphone telephone camera television radio speaker headphones microphone
printer cable plug battery light-bulb torch book magazine newspaper letter envelope stamp postcard
map calendar notebook pen pencil brush paint crayon ruler scissors glue tape paper cardboard box
parcel package key lock door-handle hammer nail screw screwdriver saw drill spanner wrench pliers
axe shovel rake ladder rope chain bucket broom vacuum washing-machine iron needle thread button
zip basket bin rubbish trash garbage waste recycling plastic metal glass wood leather wool cotton
silk brick concrete marble gold silver copper steel rust tin aluminium-can plastic-bottle
glass-bottle carton wrapper tissue toy doll teddy-bear puzzle dice card kite ball guitar piano
violin drum trumpet flute saxophone logo icon button arrow menu window form table chart graph
bar-chart pie-chart diagram map plan screenshot website poster flyer banner advertisement invoice
receipt ticket passport sketch drawing painting watercolour cartoon comic illustration vector
texture pattern stripes dots gradient wallpaper background mosaic tile graffiti sculpture pottery
embroidery
"""
WORDS = tuple(dict.fromkeys(LISTED.split()))

FRAMES = (
    "{}", "{}", "a {}", "a photo of {}", "a photo of a {}", "a close-up photo of {}",
    "{}s", "a drawing of a {}", "{} icon", "a {} on a table",
)  # fmt: skip


def phrases() -> list[str]:
    """Every word in every frame, once each."""
    words = [word.replace("-", " ") for word in WORDS]
    words += [word for word in WORDS if word.startswith("t-")]
    return list(dict.fromkeys(frame.format(word) for word in words for frame in FRAMES))
