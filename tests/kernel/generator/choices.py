"""The random choices that rules and traffic make alike; `self.rng` makes them."""


class Choices:
    def choice(self, values):
        return self.rng.choice(list(values))

    def below(self, number):
        return self.rng.randrange(number)

    def chance(self, percent):
        return self.rng.randrange(100) < percent
