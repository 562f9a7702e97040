"""The words of promises in English and French, folded: what we do for a client, and who is said to do it."""

from __future__ import annotations

import re

# What can be promised with a verb. Those that are nouns as well ("call on Friday") are told by what follows.
_VERBS = (
    "send|resend|forward|share|email|e-mail|mail|text|message|ring|phone|get|come back|follow|respond|prepare"
    "|draft|write"
    "|make|build|deliver|ship|provide|give|hand|bring|propose|submit|arrange|book|set|schedule|organi[sz]e|check"
    "|confirm"
    "|look|find|ask|update|revise|fix|correct|repair|replace|finish|complete|finali[sz]e|return|introduce|invite"
    "|pay|refund"
    "|credit|invoice|present|show|install|sign|upload|publish|let|tell|inform|chase|clarify|investigate|talk"
    "|speak|discuss"
    "|extend|renew|waive|lower|match|join|train|migrate|launch|connect|put|have|escalate|open|reserve|remind"
    "|circulate"
    "|sort|translate|print|solve|raise|register|create|add|remove|cancel|keep"
)
_VERBS_AND_NOUNS = (
    "call|review|demo|plan|report|visit|quote|offer|answer|reply|test|order|help|update|schedule|draft"
)
VERB = (
    rf"(?:{_VERBS}|(?:{_VERBS_AND_NOUNS})(?= (?:the|a|an|our|their|him|her|them|it|back|all|in|to|about|with"
    rf"|[a-z]+'s)\b))"
)
ANY_VERB = rf"(?:{_VERBS}|{_VERBS_AND_NOUNS})"
DOING = (
    r"(?:sending|resending|forwarding|sharing|emailing|mailing|calling|getting back|coming back|following up"
    r"|preparing"
    r"|drafting|writing|delivering|shipping|providing|giving|bringing|proposing|arranging|booking|setting|scheduling"
    r"|checking|confirming|looking into|asking|updating|revising|fixing|finishing|returning|introducing|paying"
    r"|refunding"
    r"|presenting|launching|installing)"
)
STAYING = (
    r"(?:be|see|meet|think|need|want|know|miss|wait|stay|remain|continue|try|travel|attend|visit|probably|love"
    r"|like)\b"
)
"""What somebody does without doing it for the client: a promise only where a day is set for it."""

_FR_STEMS = (
    "envo|renvo|rappel|appel|transmet|prepar|fai|fer|revien|reviendr|livr|donn|rend|propos|organis|confirm"
    "|verifi|adress"
    "|partag|present|apport|regl|corrig|pai|rembours|factur|planifi|reserv|invit|relanc|retourn|sign|met|tien"
    "|tiendr|communiqu"
    "|inform|demand|redig|repond|chiffr|mont|cherch|trouv|ajout|remplac|repar|install|form|lanc|prolong|baiss"
    "|offr|ouvr"
    "|occup|renseign|recontact|contact|finalis|actualis|complet|soumet|expedi|command|traduis|publi|verrouill"
    "|dis|dir|pass"
    "|enver|expliqu|ecri|arrang|etudi|regard|calcul|estim|negoci|imprim|avanc|accord|fourni|clarifi|reparti|depos"
)
FR_VERB = rf"(?:{_FR_STEMS})[a-z]*"
FR_INFINITIVE = rf"(?:{_FR_STEMS})[a-z]*(?:er|ir|re|oir)\b"
FR_FUTURE = rf"(?:{_FR_STEMS})[a-z]*r(?:ai|a|ons)\b"
FR_PRESENT = (
    r"(?:envoie|envoyons|renvoie|rappelle|rappelons|appelle|appelons|transmets|transmet|transmettons|fais|fait"
    r"|faisons"
    r"|reviens|revient|revenons|rends|rend|rendons|mets|met|mettons|tiens|tient|tenons|reponds|repond|repondons"
    r"|ecris|ecrit"
    r"|paie|paye|payons|offre|offrons|ouvre|ouvrons|soumets|soumet|fournis|fournit|vois avec|regarde|dis|traduis"
    r"|(?:prepar|livr|donn|propos|organis|confirm|verifi|adress|partag|present|apport|regl|corrig|rembours"
    r"|factur|planifi"
    r"|reserv|invit|relanc|retourn|sign|communiqu|inform|demand|redig|chiffr|mont|cherch|trouv|ajout|remplac"
    r"|repar|install"
    r"|form|lanc|prolong|baiss|occup|renseign|recontact|contact|finalis|actualis|complet|expedi|command|publi"
    r"|pass|expliqu"
    r"|arrang|etudi|calcul|estim|negoci|imprim|avanc|accord|clarifi|depos|engag)(?:e|ons))\b"
)
FR_CONDITIONAL = rf"(?:{_FR_STEMS})[a-z]*r(?:ais|ait|ions)\b"
CLITICS = r"(?:(?:vous|te|lui|leur|les|la|le|l'|nous|me|m'|se|s'|y|en|t') ?)*"

THINGS = (
    "quote|quotation|offer|proposal|contract|agreement|draft|deck|answer|reply|response|feedback|figures|numbers"
    "|summary"
    "|minutes|recap|report|plan|roadmap|sample|samples|credit note|refund|list|price list|pricing|nda"
    "|presentation|slides"
    "|demo|references|case study|follow-up|follow up|call back|callback|estimate|documents?|documentation|docs"
    "|shortlist"
    "|schedule|timeline|mock-up|mockup|prototype|terms|statement of work|sow|certificate|invoice|email|e-mail"
    "|devis|offre|proposition|contrat|projet|reponse|retour|chiffres|compte rendu|compte-rendu|cr|rapport|planning"
    "|echantillons?|avoir|tarifs?|liste|presentation|support|supports|references|etude de cas|relance|rappel"
    "|estimation"
    "|documents?|maquette|prototype|conditions|attestation|facture|brouillon|synthese|calendrier|remboursement"
)
_NOT_OURS = (
    r"(?:their|his|her|its|leurs?|sa|son|ses|no|pas|waiting|awaiting|expects?|wants?|needs?|attend|veut|for"
    r"|last)"
)
THING = re.compile(
    rf"(?!{_NOT_OURS}\b)(?:(?!{_NOT_OURS}\b)[\w'-]+ ){{0,3}}?(?:{THINGS})\b"
    rf"(?P<more>(?: (?!is\b|was\b|are\b|were\b|est\b|etait\b|sont\b|ends?\b|runs?\b)[\w'-]+){{0,6}})\s*\Z"
)
"""A segment, without its day, that names nothing but a thing to be delivered."""

QUESTION = re.compile(
    r"(?:should|shall|can|could|would|will|do|does|are|is) (?:we|i|they|he|she)\b|est-ce|pouvons-nous|peut-on"
)
CONDITION = re.compile(
    r"(?:if|unless|once|in case|whether|should they|si|s'ils?|s'elles?|sauf si|a condition|au cas)\b"
)
NEGATED = re.compile(
    r"\b(?:not|never|nothing|cannot|unable|without|no|neither|nobody|[a-z]+n't|ne|jamais|rien|aucune?|sans"
    r"|pas)\b|\bn'"
)
PAST = re.compile(
    r"\b(?:was|were|went|did|met|been|had|has|sent|called|delivered|gave|done|signed|kept|received|etait|etaient"
    r"|a ete"
    r"|ont ete|avait|avaient)\b"
)

THEIRS = re.compile(
    r"(?:(?:but|and|that|so|then|mais|et|que|qu'|puis|donc|also|because|car) ?)*"
    r"(?:they|he|she|it|they're|they'll|he's|she's|it's|he'll|she'll|it'll|they'd|he'd|she'd|their|his|her|its"
    r"|(?:the |our |their |a )?(?:client|customer|buyer|board|team|lawyers?|legal|procurement|boss|ceo"
    r"|cfo)(?:'s)?(?= (?:is|are|will|has|wants|needs|sends|promised|asked))"
    r"|il(?! faut que (?:je|j'|on|nous)| faut )|elle|ils|elles|qu'ils?|qu'elles?|leurs?(?= [a-z]+ [a-z])|son|sa"
    r"|ses|c'est|ca"
    r"|le client|la cliente|les clients|le comite|la direction|l'acheteur|l'acheteuse|le juridique)(?![\w])"
)
NAMED = re.compile(
    r"(?:[A-ZÀ-Ý][\w'’-]+ ){1,2}(?:will|would|is|are|has|had|promised|wants?|needs?|asked|owes?|va|doit|a|veut"
    r"|nous|me|m'|lui|s'|se|(?:" + _VERBS + "|" + _VERBS_AND_NOUNS + r")e?s|" + FR_PRESENT + r")\b"
)
"""Somebody by name, and what that person does: looked for where the segment begins, in what was typed."""
ASKED = re.compile(
    r"(?:asked|asks|wants?|needs?(?! to)|requested|requests|expects?|waiting|awaiting|hopes|demande|veut|veulent"
    r"|attend|souhaite"
    r"|en attente|besoin)\b"
)
