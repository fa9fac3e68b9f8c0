"""A small stand-in for Discord on loopback: its REST interface, its gateway, and the people who use it.

    async with StandIn() as discord:
        ...                                     # start a bot at discord.api_base and discord.gateway_url
        await discord.ready()
        interaction = await discord.slash("compose", user=anna, length=60)
        await discord.until(lambda: interaction.message.attachments)

With `StandIn(voice=VoiceRooms())` it has voice channels, too, see `bot.standin.voice`.

The bot imports nothing from here, and nothing here imports the bot: they meet over HTTP.
`python -m bot.standin` runs it as a program, for a person to play through.
"""
