// @ts-check
// Names by country. Accents are kept here; `mess.mjs` decides who types them.

/** @typedef {'US' | 'GB' | 'DE'} Country */

/** @type {Readonly<Record<Country, { first: readonly string[], last: readonly string[] }>>} */
export const NAMES = {
  US: {
    first: words(`Ann James Mary Robert Linda Michael Susan David Karen Richard Nancy Thomas Lisa Daniel Betty
      Matthew Sandra Anthony Ashley Mark Donna Steven Emily Paul Michelle Andrew Carol Joshua Amanda Kevin Melissa
      Brian Deborah George Stephanie Edward Rebecca Ronald Laura Timothy Sharon Jason Cynthia Jeffrey Kathleen Ryan
      Amy Jacob Angela Gary Shirley Nicholas Anna Eric Brenda Jonathan Pamela Stephen Emma Larry Nicole Justin Helen
      José María Luis Sofía Diego Camila Wei Mei Priya Arjun Kenji Aisha Omar Fatima`),
    last: words(`Smith Johnson Williams Brown Jones García Miller Davis Rodríguez Martínez Hernández López González
      Wilson Anderson Thomas Taylor Moore Jackson Martin Lee Pérez Thompson White Harris Sánchez Clark Ramírez Lewis
      Robinson Walker Young Allen King Wright Scott Torres Nguyen Hill Flores Green Adams Nelson Baker Hall Rivera
      Campbell Mitchell Carter Roberts Gómez Phillips Evans Turner Díaz Parker Cruz Edwards Collins Reyes Stewart
      Morris Morales Murphy Cook Rogers Gutiérrez Ortiz Morgan Cooper Peterson Bailey Reed Kelly Howard Ramos Kim
      Cox Ward Richardson Watson Brooks Chávez Wood James Bennett Gray Mendoza Ruiz Hughes Price Álvarez Castillo
      Sanders Patel Myers Long Ross Foster Jiménez O'Neill O'Brien Smith-Jones None`),
  },
  GB: {
    first:
      words(`Oliver Amelia George Isla Harry Ava Noah Emily Jack Sophie Charlie Grace Jacob Lily Alfie Freya
      Freddie Ella Oscar Charlotte Leo Alice Archie Daisy Ethan Florence Joshua Poppy Theo Rosie Siân Zoë Niamh
      Rhys Callum Ewan Fiona Hamish`),
    last: words(`Smith Jones Taylor Brown Williams Wilson Johnson Davies Robinson Wright Thompson Evans Walker White
      Roberts Green Hall Wood Jackson Clarke Patel Khan Lewis Hughes Edwards Turner Hill Cooper Ward Morris Moore
      Clark Lee King Baker Harrison Morgan Allen Scott Macdonald Campbell Stewart Murray O'Connor Begum Fletcher
      Pearson Holmes`),
  },
  DE: {
    first:
      words(`Anna Lukas Lena Jonas Marie Felix Laura Paul Julia Maximilian Sophie Leon Hannah Finn Lea Tim Katharina
      Jan Sabine Jürgen Ursula Günther Käthe Björn Zoë Sören Renate Wolfgang Monika Dieter Anke Heike`),
    last: words(`Müller Schmidt Schneider Fischer Weber Meyer Wagner Becker Schulz Hoffmann Schäfer Koch Bauer Richter
      Klein Wolf Schröder Neumann Schwarz Zimmermann Braun Krüger Hofmann Hartmann Lange Werner Krause Köhler Maier
      Walter Groß Huber Kaiser Fuchs Vogel Jäger Möller Weiß`),
  },
}

/**
 * @param {string} text
 * @returns {string[]}
 */
function words(text) {
  return text.trim().split(/\s+/)
}
