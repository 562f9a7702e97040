// The common emoji shortcodes as characters. A code that is not here stays as it was typed.

const CHARACTERS = {
  "+1": "👍", "-1": "👎", thumbsup: "👍", thumbsdown: "👎", wave: "👋", clap: "👏", pray: "🙏", handshake: "🤝", muscle: "💪",
  point_right: "👉", point_left: "👈", point_up: "☝️", point_down: "👇", ok_hand: "👌", raised_hands: "🙌", raised_hand: "✋", eyes: "👀",
  smile: "😄", smiley: "😃", grinning: "😀", blush: "😊", wink: "😉", joy: "😂", slightly_smiling_face: "🙂", thinking_face: "🤔",
  sweat_smile: "😅", sunglasses: "😎", cry: "😢", sob: "😭", disappointed: "😞", worried: "😟", neutral_face: "😐", heart_eyes: "😍",
  heart: "❤️", green_heart: "💚", blue_heart: "💙", yellow_heart: "💛", broken_heart: "💔", sparkling_heart: "💖",
  star: "⭐", star2: "🌟", sparkles: "✨", fire: "🔥", zap: "⚡", boom: "💥", tada: "🎉", confetti_ball: "🎊", balloon: "🎈", trophy: "🏆",
  gift: "🎁", ribbon: "🎀", wine_glass: "🍷", champagne: "🍾", beer: "🍺", beers: "🍻", cocktail: "🍸", coffee: "☕", tea: "🍵",
  cake: "🍰", birthday: "🎂", cookie: "🍪", chocolate_bar: "🍫", fork_and_knife: "🍴", knife_fork_plate: "🍽️", bouquet: "💐", rose: "🌹",
  phone: "☎️", telephone_receiver: "📞", iphone: "📱", email: "✉️", envelope: "✉️", incoming_envelope: "📨", mailbox: "📫",
  speech_balloon: "💬", thought_balloon: "💭", memo: "📝", pencil: "📝", pencil2: "✏️", clipboard: "📋", page_facing_up: "📄",
  bookmark: "🔖", books: "📚", book: "📖", newspaper: "📰", file_folder: "📁", card_index: "📇", pushpin: "📌", paperclip: "📎", link: "🔗",
  calendar: "📅", date: "📅", spiral_calendar_pad: "🗓️", alarm_clock: "⏰", clock9: "🕘", hourglass: "⌛", hourglass_flowing_sand: "⏳",
  stopwatch: "⏱️", timer_clock: "⏲️", watch: "⌚", bell: "🔔", no_bell: "🔕", mega: "📣", loudspeaker: "📢",
  white_check_mark: "✅", heavy_check_mark: "✔️", ballot_box_with_check: "☑️", x: "❌", no_entry: "⛔", no_entry_sign: "🚫",
  warning: "⚠️", exclamation: "❗", question: "❓", grey_question: "❔", information_source: "ℹ️", bangbang: "‼️", stop_sign: "🛑",
  red_circle: "🔴", large_blue_circle: "🔵", large_green_circle: "🟢", large_yellow_circle: "🟡", large_orange_circle: "🟠", white_circle: "⚪", black_circle: "⚫",
  arrow_right: "➡️", arrow_left: "⬅️", arrow_up: "⬆️", arrow_down: "⬇️", arrows_counterclockwise: "🔄", repeat: "🔁", fast_forward: "⏩",
  heavy_plus_sign: "➕", heavy_minus_sign: "➖", zzz: "💤", moneybag: "💰", dollar: "💵", euro: "💶", credit_card: "💳", receipt: "🧾",
  chart_with_upwards_trend: "📈", chart_with_downwards_trend: "📉", bar_chart: "📊", mag: "🔍", mag_right: "🔎", key: "🔑", lock: "🔒",
  unlock: "🔓", shield: "🛡️", scales: "⚖️", balance_scale: "⚖️", hammer_and_wrench: "🛠️", gear: "⚙️", wrench: "🔧", bulb: "💡", rocket: "🚀",
  airplane: "✈️", car: "🚗", house: "🏠", office: "🏢", hospital: "🏥", factory: "🏭", earth_americas: "🌎", earth_africa: "🌍", globe_with_meridians: "🌐",
  us: "🇺🇸", fr: "🇫🇷", flag_ca: "🇨🇦", "flag-us": "🇺🇸", "flag-fr": "🇫🇷", "flag-ca": "🇨🇦", gb: "🇬🇧", de: "🇩🇪",
  sunny: "☀️", sunrise: "🌅", partly_sunny: "⛅", cloud: "☁️", umbrella: "☔", snowflake: "❄️", rainbow: "🌈", seedling: "🌱", four_leaf_clover: "🍀",
  soccer: "⚽", basketball: "🏀", football: "🏈", baseball: "⚾", tennis: "🎾", golf: "⛳", musical_note: "🎵", guitar: "🎸", tickets: "🎟️", ticket: "🎫",
  bust_in_silhouette: "👤", busts_in_silhouette: "👥", handshake_light: "🤝", robot_face: "🤖", ghost: "👻", dart: "🎯", checkered_flag: "🏁",
  one: "1️⃣", two: "2️⃣", three: "3️⃣", four: "4️⃣", five: "5️⃣", "100": "💯", new: "🆕", ok: "🆗", soon: "🔜", back: "🔙",
  inbox_tray: "📥", outbox_tray: "📤", package: "📦", wastebasket: "🗑️", herb: "🌿", broom: "🧹", compass: "🧭", crystal_ball: "🔮", palm_tree: "🌴",
};

/** The character of a shortcode, or null. */
export function emojiCharacter(name) {
  return Object.hasOwn(CHARACTERS, name) ? CHARACTERS[name] : null;
}

/** Text with its `:shortcodes:` as characters. */
export function withEmoji(text) {
  return text.replace(/:([a-z0-9_+-]+):/g, (whole, name) => emojiCharacter(name) ?? whole);
}
