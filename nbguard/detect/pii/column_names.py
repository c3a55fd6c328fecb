"""Knows what a column holds by its name, in the main European languages."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

# Category: names it goes by, after normalising (small letters, no accents, words joined by _). Regexes, whole match.
_WHO = (
    "customer|client|patient|employee|person|user|contact|account|holder|account_holder|card_?holder|member|student|"
    "subscriber|recipient|owner|doctor|physician|borrower|applicant|insured|beneficiary|guest|passenger|driver|staff"
)
_VOCABULARY = {
    "email": r"(?:.*_)?(?:e_?mails?|e_?mail_?(?:address(?:es)?|adresse|id)|mail|mail_?address|courriel|mel|"
             r"correo(?:_electronico)?|"
             r"e_?post|epost(?:adress)?|posta(?:_elettronica)?|adres_e_?mail|emailadres|e_?mail_.*)",
    "first_name": r"(?:.*_)?(?:first_?name|given_?name|fore_?name|fname|first|vorname|prenom|nombre_de_pila|voornaam|"
                  r"fornamn|fornavn|imie|etunimi|primeiro_nome|middle_?name)",
    "last_name": r"(?:.*_)?(?:last_?name|sur_?name|family_?name|lname|nachname|familienname|nom_(?:de_)?famille|"
                 r"apellidos?|"
                 r"apellido_\w+|cognome|achternaam|efternamn|etternavn|efternavn|nazwisko|sobrenome|apelido|sukunimi)",
    "full_name": rf"(?:full|complete|display|legal|real|(?:{_WHO}))_?_?(?:full_?)?name|(?:{_WHO})s?|name_and_surname|"
                 r"(?:kunden?|patienten?|mitarbeiter|inhaber|kontoinhaber|karteninhaber)(?:_?name)?|vollstandiger_name|"
                 r"nom_(?:complet|et_prenoms?|(?:du_)?(?:client|patient|titulaire))|titulaire|nom_prenom|"
                 r"nombre_(?:completo|y_apellidos?|(?:del_)?(?:cliente|paciente))|cliente|paciente|titular|empleado|"
                 r"nome_(?:completo|e_cognome|(?:do_)?(?:cliente|paciente))|nominativo|paziente|intestatario|"
                 r"dipendente|"
                 r"volledige_naam|klant(?:_?naam)?|naam_klant|rekeninghouder|imie_i_nazwisko|klient|pacjent|pracownik|"
                 r"(?:full(?:standigt)?_)?namn|kund(?:namn)?|fullt_navn|koko_nimi|funcionario",
    "name": r"names?|nom|noms|nombres?|nome|naam|navn|nimi|nazwa|imiona",
    "phone": r"(?:.*_)?(?:(?:tele|mobile|cell|home|work|contact|i)?_?phone(?:_?(?:no|nr|number|num|work|home))?|"
             r"tel(?:_?(?:no|nr|number))?|mobile(?:_?(?:no|nr|number))?|handy(?:nummer)?|telefon(?:o|e|s|nummer|nr)?|"
             r"telefoon(?:nummer)?|rufnummer|mobil(?:nummer|e|nr)?|portable|movil|celular|cellulare|komorka|msisdn|"
             r"numero_de_tel(?:ephone|efono|efone)?|nr_tel(?:efonu)?|puhelin|tlf|fax)",
    "birth": r"(?:.*_)?(?:(?:date_of_)?birth(?:_?(?:date|day|dt))?|dob|d_o_b|born(?:_on)?|geburts_?(?:datum|tag)|"
             r"geb(?:_?dat(?:um)?)?|"
             r"geboren(?:_am)?|(?:date_(?:de_)?)?naissance|ne_le|ddn|(?:fecha_(?:de_)?)?nacimiento|"
             r"(?:data_(?:di_)?)?nascita|"
             r"geboorte_?datum|(?:data_(?:de_)?)?nascimento|(?:data_)?urodzenia|fodelse_?datum|fodselsdato|"
             r"syntymaaika)",
    "address": r"(?:.*_)?(?:address(?:_?(?:line)?_?[12])?|street(?:_?(?:address|name))?|adresse?|anschrift|"
               r"strasse|wohnort|"
               r"str|rue|voie|domicile|direccion|calle|domicilio|indirizzo|via|adres|straat|ulica|adress|gata|"
               r"gatuadress|endereco|rua|morada|osoite)",
    "postcode": r"(?:.*_)?(?:post_?code|postal_?code|zip|zip_?code|plz|postleitzahl|code_postal|codigo_postal|cp|cap|"
                r"kod_pocztowy|postnummer|postnr|cep)",
    "city": r"(?:.*_)?(?:city|town|ort|stadt|ville|ciudad|citta|comune|stad|plaats|woonplaats|miasto|cidade|wohnort)",
    "gender": r"gender|sex|geschlecht|sexe|genero|sexo|sesso|genere|geslacht|plec|kon",
    "age": r"age|alter|edad|eta|leeftijd|wiek|idade|alder",
    "nationality": r"nationality|citizenship|nationalit(?:at|e|eit)|nacionalidad|nazionalita|ethnicity|religion",
    "income": r"(?:.*_)?(?:salary|wage|income|gehalt|lohn|salaire|salario|sueldo|stipendio|salaris|pensja|lon|"
              r"annual_pay|compensation|credit_score|net_worth)",
    "person_id": rf"(?:{_WHO}|kunden?|klant|cliente?|paciente|paziente|pacjent|mitarbeiter)_?(?:id|no|nr|number|"
                 rf"nummer|num|code)",
    "username": r"user_?name|login|benutzer(?:name)?|utilisateur|usuario|utente|nickname|user_?id",
    "ip": r"(?:.*_)?(?:ip|ip_?addr(?:ess)?|ipv4|mac_?addr(?:ess)?)",
    "iban": r"(?:.*_)?iban(?:_?(?:no|nr|number))?",
    "card": r"(?:.*_)?(?:(?:credit|debit|payment|bank)_?card(?:_?(?:no|nr|number|num))?|card(?:_?(?:no|nr|number|"
            r"num|pan))|card|cc|ccn|"
            r"cc_?(?:no|num|number)|pan|kredit_?karten?(?:_?(?:nummer|nr))?|karten_?(?:nummer|nr)|"
            r"(?:numero_(?:de_)?)?(?:carte|tarjeta|carta|cartao)"
            r"(?:_(?:bancaire|de_credit|de_credito|di_credito))?|kaartnummer|numer_karty|kortnummer)",
    "card_detail": r"(?:.*_)?(?:cvv|cvc|cvv2|cvc2|security_code|card_?(?:expiry|type)|expiry(?:_?date)?|"
                   r"exp(?:_?date)?|valid_thru)",
    "account": r"(?:.*_)?(?:bank_?account|account_?(?:no|nr|number|num)|acct(?:_?(?:no|num))?|"
               r"routing(?:_?number)?|sort_?code|"
               r"bic|swift|konto(?:_?nummer|_?nr)?|blz|rekening(?:nummer)?|rib|cuenta(?:_bancaria)?|"
               r"conto(?:_corrente)?|"
               r"conta(?:_bancaria)?|numer_konta|nr_konta)",
    "national_id": r"(?:.*_)?(?:ssn|social_?security(?:_?(?:no|nr|number|num))?|itin|tax_?(?:payer_?)?(?:id|no|"
                   r"number|code)|tin|"
                   r"national_?(?:id|insurance)(?:_?(?:no|nr|number))?|nino|ni_?number|nhs(?:_?(?:no|number))?|"
                   r"steuer_?(?:id|nummer|nr|identifikationsnummer)|idnr|sozialversicherungs_?(?:nummer|nr)|"
                   r"sv_?(?:nummer|nr)|"
                   r"rentenversicherungsnummer|nir|(?:numero_(?:de_)?)?secu(?:rite_sociale)?|num_secu|insee|"
                   r"seguridad_social|nuss|dni|"
                   r"nie|nif|"
                   r"codice_?fiscale|cf|bsn|burgerservicenummer|pesel|person_?(?:nummer|nr)|personal_?(?:number|id|no)|"
                   r"aadha+r(?:_?(?:no|number))?|cpf|hetu|henkilotunnus|cpr(?:_?nummer)?|fodselsnummer|ahv(?:_?nr)?|"
                   r"rijksregisternummer|pps|cnp|curp|identity_?(?:no|number|card)|id_?card(?:_?(?:no|number))?|"
                   r"(?:government|gov|govt|citizen)_?id|ausweis(?:nummer|_?nr)?)",
    "passport": r"(?:.*_)?(?:passport(?:_?(?:no|nr|number|num))?|reisepass(?:_?(?:nummer|nr))?|pass_?(?:nummer|nr)|"
                r"(?:numero_(?:de_)?)?passeport|pasaporte|passaporto|paspoort(?:nummer)?|(?:numer_)?paszport\w*|"
                r"pass_?number|driv(?:er|ing)s?_?licen[cs]e(?:_?(?:no|number))?|fuhrerschein(?:_?(?:nummer|nr))?)",
    "mrn": r"(?:.*_)?(?:mrn|medical_?record(?:_?(?:no|nr|number|num))?|patient_?(?:id|no|nr|number|nummer)|"
           r"patienten_?(?:id|nummer|nr)|"
           r"hospital_?(?:no|number|id)|fall_?nummer|health_?(?:card|insurance|plan)_?(?:id|no|number)?|"
           r"insurance_?(?:id|no|number)|"
           r"versicherten_?(?:nummer|nr)|krankenversicherungs_?(?:nummer|nr)|kvnr|medicare(?:_?(?:no|number))?|ipp|"
           r"(?:numero_)?historia(?:_clinica)?|numero_dossier|cartella(?:_clinica)?|numer_pacjenta)",
    "health": r"(?:.*_)?(?:diagnos(?:is|es|e|en|tic|tico|tyk\w*|i)|icd(?:_?(?:9|10|11))?(?:_?(?:code|cm))?|"
              r"condition|disease|illness|medication|drugs?|"
              r"prescription|treatment|therapy|therapie|allerg(?:y|ies|ie|ien|ia|ias|ie)|blood_?(?:type|group|"
              r"pressure)|"
              r"blut(?:gruppe|druck)|krankheit|erkrankung|befund|medika(?:ment|mente|tion)|maladie|traitement|"
              r"groupe_sanguin|"
              r"enfermedad|tratamiento|grupo_sanguineo|medicamento|malattia|terapia|gruppo_sanguigno|farmaco|"
              r"ziekte|medicatie|"
              r"bloedgroep|choroba|rozpoznanie|leki?|sjukdom|lakemedel|doenca|hiv(?:_?status)?|bmi|glucose|cholesterol|"
              r"symptoms?|vaccin\w*|procedure|pregnan\w*|disability|comorbidit\w*)",
}  # fmt: skip
_CATEGORIES = {category: re.compile(pattern) for category, pattern in _VOCABULARY.items()}
_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_NOT_WORD = re.compile(r"[^a-z0-9]+")


def normalise(name: str) -> str:
    """A column's name in small letters without accents, its words joined by ``_``."""
    spaced = _CAMEL.sub("_", name.rpartition(".")[2] or name)
    folded = unicodedata.normalize("NFKD", spaced.replace("ß", "ss").replace("ø", "o").replace("ł", "l"))
    return _NOT_WORD.sub("_", folded.encode("ascii", "ignore").decode().lower()).strip("_")


@lru_cache(4096)
def categories_by_name(name: str) -> tuple[str, ...]:
    """What a column of this name can hold, most likely first; empty where the name says nothing."""
    if not name or len(name) > 60:
        return ()
    plain = normalise(name)
    found = tuple(category for category, pattern in _CATEGORIES.items() if pattern.fullmatch(plain))
    return found or (categories_by_name(plain[:-1]) if plain.endswith("s") else ())
