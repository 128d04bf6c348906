"""Captions as people write them, made up: who does what where, food on tables, things and stuff.

The corpus speaks of cells and treaties; what is searched for is a woman with a dog on a beach.
"""

from __future__ import annotations

import random


def listed(text: str) -> list[str]:
    """What semicolons separate."""
    return text.split("; ")


WHO = listed(
    "a man; a woman; a boy; a girl; a child; a baby; a couple; two people; a group of people; "
    "an old man; a young woman; two children; a family; friends; a crowd; a cyclist; a surfer; "
    "a skier; a climber; a hiker; a runner; a football player; a tennis player; a skateboarder; "
    "a dancer; a musician; a chef; a waiter; a farmer; a fisherman; a worker; a builder; a nurse; "
    "a doctor; a teacher; a student; a businessman; a soldier; a firefighter; a photographer; "
    "a bride and groom; a tourist; a shopkeeper; a mother and her baby; people"
)
DOES = listed(
    "walking; running; sitting; standing; sleeping; jumping; smiling; laughing; reading a book; "
    "riding a bicycle; riding a horse; riding a motorcycle; riding a wave; skiing downhill; "
    "playing football; playing tennis; playing the guitar; playing with a dog; playing a game; "
    "swimming; climbing a rock; dancing; cooking; eating; drinking coffee; talking on the phone; "
    "looking at a phone; working on a laptop; writing; painting; taking a picture; shopping; "
    "waiting; fishing; rowing a boat; working; holding an umbrella; holding a child; "
    "holding a cup; wearing a hat; wearing a red dress; wearing sunglasses; wearing a uniform; "
    "carrying bags; crossing the street; pushing a cart; watching television; flying a kite; "
    "cutting vegetables; having dinner; hugging; praying; sewing; cleaning; driving a car; "
    "repairing a machine; looking at the view; looking out of a window; posing for a photo"
)
ANIMALS = listed(
    "a dog; a puppy; a cat; a kitten; two cats; a horse; horses; a cow; cows; a sheep; a flock of "
    "sheep; a goat; a pig; a rabbit; a squirrel; a fox; a wolf; a bear; a deer; a lion; a tiger; "
    "a leopard; an elephant; elephants; a giraffe; a zebra; a camel; a monkey; a panda; a bird; "
    "birds; an eagle; an owl; a parrot; a duck; ducks; a swan; a rooster; a peacock; penguins; "
    "a flamingo; a seagull; a snake; a lizard; a turtle; a crocodile; a frog; a fish; a shark; "
    "a whale; a dolphin; a jellyfish; a butterfly; a bee; a spider; a snail; a beetle"
)
ANIMAL_DOES = listed(
    "sleeping; standing; sitting; lying; running; eating; eating grass; drinking water; jumping; "
    "swimming; flying; perched on a branch; looking at the camera; playing with a ball; walking; "
    "climbing; with its mouth open; next to its young; catching a frisbee; on a leash; hiding"
)
RIDES = listed(
    "a car; a red car; a vintage car; a sports car; a taxi; a bus; a double-decker bus; a truck; "
    "a van; a train; a steam train; a tram; a bicycle; bicycles; a motorcycle; a scooter; a boat; "
    "boats; a sailing boat; a ship; a cruise ship; a ferry; a canoe; a plane; an airplane; "
    "a helicopter; a hot air balloon; a tractor; an ambulance; a fire engine; a police car"
)
RIDE_DOES = listed(
    "parked; driving; at the station; in traffic; at night; taking off; landing; crossing a "
    "bridge; in the harbour; at sunset; covered in snow; from above; on display; passing by"
)
VIEWS = listed(
    "a mountain; snowy mountains; a lake; a river; a waterfall; a forest; a path through a forest; "
    "a beach; a rocky coast; the sea; waves; a desert; sand dunes; a valley; a field of flowers; "
    "a wheat field; a vineyard; a garden; a park; a canyon; a glacier; a volcano; an island; "
    "a cave; rolling hills; a road; a winding road; a railway; a bridge; a city skyline; "
    "skyscrapers; a street; a narrow alley; a market; a square; a castle; a church; a cathedral; "
    "a mosque; a temple; a lighthouse; a windmill; ruins; a house; a wooden cabin; "
    "a barn; a tower; "
    "a palace; a harbour; a stadium; an airport; a factory; the sky; clouds; a sunset; a sunrise; "
    "the moon; the stars; the northern lights; a rainbow; lightning; fireworks; a kitchen; "
    "a bedroom; a living room; a bathroom; an office; a restaurant; a library; "
    "a shop; a staircase; "
    "a window; a door; a brick wall; a spiral staircase; a library full of books; a museum hall"
)
TIMES = listed(
    "at night; at sunset; at sunrise; at dawn; in winter; in autumn; in spring; in summer; "
    "in the fog; in the rain; under a blue sky; under a cloudy sky; seen from above; in the "
    "distance; with snow; reflected in water; in black and white; lit by lamps; with nobody there"
)
WHERE = listed(
    "on the beach; in the park; on a street; in a city; in the snow; in the rain; in a field; "
    "in the forest; on a bench; on a sofa; in bed; at a table; in a kitchen; in an office; "
    "in a restaurant; at home; in a garden; on a mountain; by a lake; near the sea; in the water; "
    "in a river; on a road; on a bridge; on a rock; on the grass; under a tree; on a boat; "
    "on a train; at a station; in a market; in a shop; in front of a house; in front of a wall; "
    "on a stage; at a concert; in a museum; in a classroom; at a party; in the desert; on a farm; "
    "on a roof; by a window; on a floor; at sunset; at night; indoors; outdoors; in the air"
)
FOOD = listed(
    "pizza; pasta; spaghetti; soup; salad; a burger; fries; a sandwich; sushi; rice; noodles; "
    "steak; chicken; fish; shrimp; eggs; bacon; bread; cheese; butter; pancakes; waffles; cake; "
    "chocolate cake; pie; cookies; doughnuts; ice cream; chocolate; apples; bananas; oranges; "
    "lemons; strawberries; blueberries; grapes; a watermelon; a pineapple; avocado; tomatoes; "
    "potatoes; carrots; onions; garlic; ginger; broccoli; cabbage; mushrooms; peppers; cucumber; "
    "aubergine; asparagus; leek; beans; nuts; coffee; tea; juice; milk; yoghurt; wine; beer; "
    "a cocktail; lemonade; a smoothie; vegetables; fruit; spices; herbs; berries; tacos; curry"
)
SERVED = listed(
    "on a plate; in a bowl; on a wooden table; in a glass; in a basket; at a market; in a pan; "
    "on a cutting board; in a box; in a shop; on a white background; in a kitchen; in a cup; "
    "ready to eat; cut in half; on a fork; in a carton; in a supermarket; from above"
)
CLOTHES = listed(
    "t-shirt; shirt; polo shirt; blouse; long-sleeved shirt; dress; skirt; shorts; "
    "trousers; pants; "
    "jeans; sweater; hoodie; cardigan; jacket; coat; blazer; suit; vest; tunic; "
    "shoes; sneakers; boots; sandals; high heels; hat; cap; scarf; gloves; socks; belt; tie; "
    "swimsuit; pyjamas; handbag; backpack; underwear; uniform; raincoat; bathrobe"
)
THINGS = listed(
    "bottle; jar; can; tin; cup; mug; glass; bowl; plate; box; bag; carton; newspaper; magazine; "
    "book; letter; envelope; sheet of paper; wrapper; packaging; tube; lid; straw; tray; bucket; "
    "barrel; pipe; wire; screw; nail; spoon; fork; knife; pan; pot; chair; table; shelf; lamp; "
    "vase; candle; clock; mirror; toy; ball; doll; key; lock; coin; ring; watch; phone; camera; "
    "laptop; keyboard; pen; pencil; brush; hammer; scissors; umbrella; suitcase; guitar; piano"
)
STUFF = listed(
    "glass; paper; cardboard; plastic; metal; wood; wooden; aluminium; steel; tin; leather; wool; "
    "cotton; denim; silk; ceramic; stone; concrete; brick; rubber; foil; foam; gold; silver; copper"
)
COLOURS = listed(
    "red; orange; yellow; green; blue; purple; pink; brown; black; white; grey; beige; dark blue; "
    "light blue; dark green; striped; patterned; colourful; bright; transparent"
)
STATE = listed(
    "crumpled; empty; old; new; broken; dirty; clean; folded; rusty; crushed; torn; used; small; "
    "large; round; flat; shiny; worn; stacked; thrown away; hanging; lying on the floor"
)
SEEN_AS = listed(
    "{}; {}; {}; {}; a photo of {}; a picture of {}; a close-up of {}; {}, close-up; a view of {}; "
    "a black and white photo of {}; a drawing of {}; a painting of {}; an aerial photo of {}; "
    "an old photo of {}; {} in the background; there is {}; an image of {}; {}."
)


def scene(rng: random.Random) -> str:
    """One caption or label."""
    pick = rng.choice
    colour, stuff, state = pick(COLOURS), pick(STUFF), pick(STATE)
    thing, clothes, food = pick(THINGS), pick(CLOTHES), pick(FOOD)
    made = (
        lambda: f"{pick(WHO)} {pick(DOES)} {pick(WHERE)}",
        lambda: f"{pick(WHO)} {pick(DOES)}",
        lambda: f"{pick(WHO)} {pick(WHERE)}",
        lambda: f"{pick(WHO)} and {pick(ANIMALS)} {pick(WHERE)}",
        lambda: f"{pick(ANIMALS)} {pick(ANIMAL_DOES)} {pick(WHERE)}",
        lambda: f"{pick(ANIMALS)} {pick(ANIMAL_DOES)}",
        lambda: f"{pick(RIDES)} {pick(RIDE_DOES)}",
        lambda: f"{pick(RIDES)} {pick(WHERE)}",
        lambda: f"{pick(VIEWS)} {pick(TIMES)}",
        lambda: f"{pick(VIEWS)} and {pick(VIEWS)} {pick(TIMES)}",
        lambda: f"{pick(VIEWS)} with {pick(RIDES + ANIMALS + WHO)}",
        lambda: f"{food} {pick(SERVED)}",
        lambda: f"{food} with {pick(FOOD)} {pick(SERVED)}",
        lambda: f"a {colour} {clothes}",
        lambda: f"{pick(WHO)} wearing a {colour} {clothes}",
        lambda: f"a {clothes}, {pick(('clothing', 'a piece of clothing', 'fashion', 'garment'))}",
        lambda: f"a {stuff} {thing}",
        lambda: f"a {colour} {stuff} {thing}",
        lambda: f"a {state} {stuff} {thing}",
        lambda: f"{stuff} {pick(('rubbish', 'litter', 'things', 'packaging', 'recycling', ''))}",
        lambda: f"something made of {stuff}",
        lambda: f"a {colour} {thing} {pick(WHERE)}",
        lambda: f"{pick(('many', 'a pile of', 'a row of', 'two', 'some'))} {thing}s",
        lambda: f"a {thing} next to a {pick(THINGS)}",
    )
    return pick(SEEN_AS).format(pick(made)()).strip()


def scenes(count: int, seed: int) -> list[str]:
    """So many different ones."""
    rng = random.Random(seed)
    made: dict[str, None] = {}
    while len(made) < count:
        made[scene(rng)] = None
    return list(made)
