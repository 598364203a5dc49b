"""Pools of names of a French school: many origins, few frequent names, a long tail of rare ones.

The names are ordinary words of their languages; the persons made of them are drawn at random and do not exist.
Weights fall with the rank inside a pool (Zipf), as names do in France (INSEE, fichier des patronymes): a surname like
MARTIN is shared by unrelated families of one school, most surnames are borne by one.
"""

from __future__ import annotations

import itertools
import random
from collections.abc import Sequence
from dataclasses import dataclass, field

ZIPF_SHIFT = 12
"""Flattens the head of a pool: the first name of ~200 is drawn about 0.7 % of the time."""


@dataclass(frozen=True)
class Origin:
    """Where a family's names come from."""

    share: float
    """Part of the families."""
    keeps: float
    """How often the given names come from the same origin rather than from the common French ones."""
    surnames: tuple[str, ...]
    girls: tuple[str, ...] = ()
    boys: tuple[str, ...] = ()
    women: tuple[str, ...] = ()
    men: tuple[str, ...] = ()
    cumulative: dict[int, list[float]] = field(default_factory=dict, compare=False)

    def draw(self, rng: random.Random, pool: tuple[str, ...]) -> str:
        """One name, the first of the pool being the most frequent."""
        weights = self.cumulative.get(len(pool))
        if weights is None:
            weights = list(itertools.accumulate(1 / (rank + ZIPF_SHIFT) for rank in range(len(pool))))
            self.cumulative[len(pool)] = weights
        return rng.choices(pool, cum_weights=weights)[0]


def pool(text: str) -> tuple[str, ...]:
    """Comma-separated names, most frequent first."""
    return tuple(name.strip() for name in text.replace("\n", " ").split(",") if name.strip())


FRENCH_SURNAMES = pool("""
Martin, Bernard, Thomas, Petit, Robert, Richard, Durand, Dubois, Moreau, Laurent, Simon, Michel, Lefebvre,
Leroy, Roux, David, Bertrand, Morel, Fournier, Girard, Bonnet, Dupont, Lambert, Fontaine, Rousseau, Vincent,
Muller, Lefèvre, Faure, André, Mercier, Blanc, Guérin, Boyer, Garnier, Chevalier, François, Legrand, Gauthier,
Perrin, Robin, Clément, Morin, Nicolas, Henry, Roussel, Mathieu, Gautier, Masson, Marchand, Duval, Denis,
Dumont, Marie, Lemaire, Noël, Meyer, Dufour, Meunier, Brun, Blanchard, Giraud, Joly, Rivière, Lucas, Brunet,
Gaillard, Barbier, Arnaud, Martinez, Gérard, Roche, Renard, Schmitt, Roy, Leroux, Colin, Vidal, Caron, Picard,
Roger, Fabre, Aubert, Lemoine, Renaud, Dumas, Lacroix, Olivier, Philippe, Bourgeois, Pierre, Benoît, Rey,
Leclerc, Payet, Rolland, Leclercq, Guillaume, Lecomte, Lopez, Jean, Dupuy, Guillot, Hubert, Berger, Carpentier,
Sanchez, Dupuis, Moulin, Louis, Deschamps, Huet, Vasseur, Perez, Boucher, Fleury, Royer, Klein, Jacquet, Adam,
Paris, Poirier, Marty, Aubry, Guyot, Carré, Charles, Renault, Charpentier, Ménard, Maillard, Baron, Bertin,
Bailly, Hervé, Schneider, Le Gall, Collet, Léger, Bouvier, Julien, Prévost, Millet, Perrot, Daniel, Le Roux,
Cousin, Germain, Breton, Besson, Langlois, Rémy, Le Goff, Pelletier, Lévêque, Perrier, Leblanc, Barré, Lebrun,
Marchal, Weber, Mallet, Hamon, Boulanger, Jacob, Monnier, Michaud, Guichard, Gillet, Étienne, Grondin, Poulain,
Tessier, Chevallier, Collin, Chauvin, Bouchet, Gay, Lemaître, Bénard, Maréchal, Humbert, Reynaud, Antoine,
Hoarau, Perret, Barthélemy, Cordier, Pichon, Lejeune, Gilbert, Lamy, Delaunay, Pasquier, Carlier, Laporte, Gros,
Buisson, Alexandre, Le Bihan, Kerjean, Le Dantec, Quéméner, Cadiou, Tanguy, Etcheverry, Etchegaray, Santucci,
Casanova, Mattei, Schaeffer, Ziegler, Hoffmann, Vandamme, Vandenberghe, Deconinck, Van den Broeck, de Montreuil,
de La Fontaine, d’Aubigny, du Plessis, de Saint-Aubin, de La Rochette, Saint-Martin, Sainte-Marie, Beaufils,
Bonhomme, Chapuis, Cœuret, Lœuillet, Delacour, Grosjean, Petitjean, Jolivet, Rambaud, Vuillemin, Tissot,
Jeannin, Thévenet, Chanut, Berthelot, Peyrot, Cazenave, Lafitte""")
TAIL_STARTS = pool("""
Bois, Mont, Beau, Grand, Clair, Font, Val, Roche, Champ, Belle, Haute, Mal, Vau, Cour, Ville, Pont, Chante,
Perre, Bri, Gar, Lau, Mar, Bar, Cas, Ros, Tré, Ker, Pré, Sau, Mor, Lan, Vil, Char, Fer, Gui, Pra, Che, Tour,
Puy, Cha""")
TAIL_ENDS = pool("""
court, mont, vert, clair, fort, ron, nel, lier, din, guet, zac, gnac, rieux, val, lot, nier, quet, reau, seau,
naud, chard, mel, vin, brun, let, rac, gard, doux, merle, bert, viel, nay, tin, sac, joux, mart, bon, vier""")
FRENCH_TAIL = tuple(start + end for start, end in itertools.product(TAIL_STARTS, TAIL_ENDS) if start[-1] != end[0])
TAIL_SHARE = 0.42
"""Part of the French families whose surname is rare."""

FRENCH = Origin(
    share=0.56,
    keeps=1.0,
    surnames=FRENCH_SURNAMES,
    girls=pool("""
Emma, Louise, Jade, Chloé, Alice, Lina, Léa, Manon, Inès, Camille, Lola, Zoé, Anna, Juliette, Sarah, Eva, Léna,
Louna, Maëlys, Romane, Clara, Lucie, Ambre, Agathe, Rose, Mila, Jeanne, Lou, Nina, Margaux, Charlotte, Éléna,
Élise, Julia, Victoire, Louane, Olivia, Mathilde, Lily, Noémie, Océane, Lise, Anaïs, Héloïse, Clémence, Élisa,
Capucine, Gabrielle, Pauline, Apolline, Lilou, Thaïs, Marie, Célia, Maëlle, Justine, Salomé, Constance,
Joséphine, Elsa, Laura, Faustine, Solène, Alix, Coline, Marion, Élodie, Garance, Flavie, Margot, Aurore,
Célestine, Philippine, Rosalie, Suzanne, Zélie, Lou-Anne, Marie-Lou, Anne-Sophie, Lily-Rose, Rose-Marie,
Emma-Louise, Anna-Lisa, Marie-Amélie, Solveig, Gaëlle, Enora, Maïwenn, Bérénice, Ludivine, Marine, Valentine,
Ophélie, Morgane, Estelle, Jehanne, Blanche, Adèle, Ninon, Loïse"""),
    boys=pool("""
Gabriel, Louis, Raphaël, Jules, Lucas, Adam, Léo, Hugo, Arthur, Nathan, Liam, Ethan, Paul, Tom, Sacha, Noah,
Gabin, Mathis, Timéo, Aaron, Théo, Nolan, Maxime, Enzo, Axel, Antoine, Victor, Clément, Maël, Martin, Robin,
Mathéo, Baptiste, Valentin, Rayan, Samuel, Noé, Thomas, Alexandre, Augustin, Eliott, Alexis, Simon, Marius,
Pierre, Gaspard, Côme, Lenny, Tiago, Quentin, Romain, Evan, Kylian, Malo, Oscar, Esteban, Titouan, Julien,
Adrien, Loïc, Bastien, Benjamin, Nicolas, Rémi, Tristan, Félix, Étienne, Célestin, Corentin, Anatole, Émile,
Jean-Baptiste, Paul-Émile, Jean-Gabriel, Pierre-Louis, Marc-Antoine, Ewen, Gwenaël, Yann, Élouan, Joris,
Florian, Dorian, Erwan, Loan, Léandre, Aurèle, Achille, Basile, Barnabé, Ruben, Lucien, Honoré, Isaac, Charles,
Édouard, Grégoire, Benoît, François, Ulysse, Théodore, Timothée, Cyprien"""),
    women=pool("""
Céline, Sandrine, Stéphanie, Nathalie, Isabelle, Aurélie, Sophie, Virginie, Émilie, Laetitia, Audrey, Karine,
Christelle, Delphine, Élodie, Julie, Valérie, Séverine, Florence, Mélanie, Caroline, Vanessa, Amandine, Sabrina,
Cécile, Laurence, Hélène, Anne, Magali, Marie, Claire, Élise, Carole, Corinne, Christine, Sylvie, Véronique,
Catherine, Agnès, Béatrice, Anne-Laure, Marie-Laure, Anne-Sophie, Marie-Christine, Anne-Marie, Marie-Hélène,
Marie-Claude, Gaëlle, Jennifer, Cindy, Angélique, Ludivine, Fabienne, Bénédicte, Pascale, Muriel, Estelle,
Charlotte, Marion, Élisabeth, Solène, Rozenn, Nolwenn, Frédérique, Myriam, Noémie, Justine, Pauline, Françoise,
Violaine, Odile, Joëlle, Mireille, Eugénie, Clotilde"""),
    men=pool("""
Nicolas, Sébastien, Christophe, David, Stéphane, Frédéric, Laurent, Julien, Olivier, Jérôme, Philippe, Thomas,
Guillaume, Ludovic, Vincent, Éric, Pascal, Mickaël, Thierry, Cédric, Alexandre, Arnaud, Fabrice, Benoît, Romain,
Mathieu, Benjamin, Anthony, Franck, Bruno, Damien, Grégory, Jean-François, Jean-Marc, Jean-Christophe,
Jean-Philippe, Pierre-Yves, Xavier, Emmanuel, Yann, Gilles, Loïc, François, Rémi, Hervé, Jean-Luc, Jean-Pierre,
Régis, Cyril, Samuel, Antoine, Pierre, Patrice, Serge, Dominique, Alain, Denis, Florent, Jonathan, Kévin,
Maxime, Raphaël, Gaël, Erwan, Tanguy, Étienne, Aurélien, Fabien, Joël, Gérald, Thibault, Hugues, Matthieu,
Jacques, Michel, Bertrand, Rodolphe, Lionel"""),
)

MAGHREB = Origin(
    share=0.17,
    keeps=0.8,
    surnames=pool("""
Benali, Saïdi, Ben Ali, Mansouri, Haddad, Bouzid, Belkacem, Benhamou, El Amrani, Cherif, Hamidi, Brahimi,
Amrani, Khelifi, Bensaïd, Ziani, Boukhari, Slimani, Meziane, Rahmani, Bouaziz, Benmoussa, El Idrissi, Alaoui,
Ben Youssef, Trabelsi, Ben Salah, Gharbi, Jaziri, Chaouch, Ouali, Aït Ahmed, Aït Saïd, Hadj Ali, Kaddour,
Lahlou, Tazi, Bennani, Fassi, El Hadj, Messaoudi, Benabdallah, Ouchene, Guerroudj, Zerrouki, Hamdi, Bouchareb,
M’Barki, Abdelkader, Abdallah, Belhadj, Djebbar, Yahiaoui, Toumi, Mebarki, Benchikh, Larbi, Sebti, Chaoui,
Naceri, Lounès, Si Ahmed, Ben Amor, Kaci, Hammoudi, Tahiri"""),
    girls=pool("""
Inès, Yasmine, Sarah, Lina, Aya, Nour, Sofia, Assia, Amina, Maryam, Kenza, Hiba, Salma, Safia, Syrine, Imane,
Malak, Rania, Chaïma, Nesrine, Douaa, Israa, Khadija, Fatima, Fatima-Zahra, Lyna, Sirine, Naïla, Wiam, Jana,
Hafsa, Soumaya, Ikram, Ferdaous"""),
    boys=pool("""
Mohamed, Adam, Rayan, Yanis, Ilyes, Amine, Mehdi, Ayoub, Younes, Ismaël, Bilal, Anis, Walid, Sofiane, Lyes,
Zakaria, Hamza, Mohamed-Amine, Mohamed Ali, Yassine, Nassim, Ibrahim, Imran, Haroun, Wassim, Youssef, Ahmed,
Aymen, Abdelkader, Marwan, Islem, Rayane, Naïm, Sami, Abdallah, Mohamed Lamine, Othman, Badr"""),
    women=pool("""
Fatima, Nadia, Samira, Karima, Malika, Leïla, Sonia, Naïma, Hafida, Rachida, Fatiha, Nawel, Souad, Khadija,
Amel, Hanane, Zohra, Aïcha, Houria, Sabah, Latifa, Ouarda, Yamina, Salima, Wafa, Fatima-Zohra, Hayat, Saliha"""),
    men=pool("""
Mohamed, Karim, Rachid, Ahmed, Mustapha, Abdelkader, Farid, Kamel, Saïd, Nordine, Youcef, Hocine, Samir, Ali,
Omar, Hassan, Djamel, Abdelaziz, Brahim, Toufik, Malik, Mourad, Abdellah, Lahcen, Driss, Slimane, Mohamed Ali,
Khaled"""),
)

OTHERS = (
    Origin(
        share=0.045,
        keeps=0.45,
        surnames=pool("""
Da Silva, Ferreira, Dos Santos, Pereira, Fernandes, Gonçalves, Rodrigues, Martins, Lopes, Gomes, De Oliveira,
Carvalho, Da Costa, Alves, Teixeira, Pinto, De Sousa, Ribeiro, Marques, Moreira, Da Cunha, Vieira, Monteiro,
Tavares, Simões, Magalhães"""),
        girls=pool("Mariana, Beatriz, Carolina, Léonor, Matilde, Inês, Lara, Raquel, Ana, Joana"),
        boys=pool("Tiago, Diogo, João, Rafael, Gonçalo, Nuno, Rui, Pedro, Miguel, André"),
        women=pool("Maria, Ana, Sandra, Paula, Carla, Fátima, Cristina, Isabel, Maria José, Conceição"),
        men=pool("José, António, Manuel, Paulo, Carlos, João, Luís, Fernando, Jorge, Rui, José Manuel"),
    ),
    Origin(
        share=0.035,
        keeps=0.35,
        surnames=pool("""
Garcia, Rodriguez, Fernandez, Gonzalez, Gomez, Ruiz, Diaz, Moreno, Muñoz, Alvarez, Romero, Navarro, Torres,
Dominguez, Serrano, Ortega, Molina, Delgado, Castro, Ramos, Nuñez, Ibañez, Peña, De la Cruz, Del Rio, Saez"""),
        girls=pool("Carmen, Lucia, Paula, Elena, Maria, Alba, Sol, Pilar"),
        boys=pool("Diego, Pablo, Esteban, Mateo, Javier, Alvaro, Iñigo, Santiago"),
        women=pool("Carmen, Dolores, Maria, Pilar, Rosa, Ana Maria, Mercedes, Elena"),
        men=pool("José, Manuel, Antonio, Francisco, Juan, Miguel, Jesus, Juan Carlos"),
    ),
    Origin(
        share=0.035,
        keeps=0.3,
        surnames=pool("""
Rossi, Russo, Ferrari, Esposito, Bianchi, Romano, Colombo, Ricci, Marino, Greco, Bruno, Gallo, Conti, De Luca,
Costa, Giordano, Mancini, Rizzo, Lombardi, Moretti, Di Marco, Della Rovere, D’Angelo, Lo Presti, Caruso, Ferrero"""),
        girls=pool("Giulia, Chiara, Alessia, Sofia, Bianca, Fiorella"),
        boys=pool("Matteo, Lorenzo, Enzo, Alessio, Gianni, Luca"),
        women=pool("Maria, Patrizia, Silvia, Lucia, Antonella, Graziella"),
        men=pool("Giuseppe, Marco, Salvatore, Antonio, Franco, Angelo"),
    ),
    Origin(
        share=0.035,
        keeps=0.9,
        surnames=pool("""
Yılmaz, Kaya, Demir, Şahin, Çelik, Yıldız, Öztürk, Aydın, Arslan, Doğan, Kılıç, Aslan, Çetin, Kara, Koç, Kurt,
Özdemir, Şimşek, Polat, Korkmaz, Güneş, Erdoğan, Aksoy, Taş, Bulut, Karataş"""),
        girls=pool("Elif, Zeynep, Esra, Merve, Büşra, Ayşe, Sude, Melis, Ceren, Tuğba, Ebru"),
        boys=pool("Emre, Yusuf, Mert, Enes, Kerem, Hakan, Ömer, Burak, Eymen, Berat, Mustafa"),
        women=pool("Fatma, Ayşe, Emine, Hatice, Zeynep, Gülsüm, Hülya, Songül, Özlem"),
        men=pool("Mehmet, Mustafa, Ahmet, Ali, Hüseyin, Hasan, İsmail, Murat, Şükrü"),
    ),
    Origin(
        share=0.05,
        keeps=0.7,
        surnames=pool("""
Diallo, Traoré, Koné, Diarra, Coulibaly, Camara, Sylla, Keïta, Touré, Cissé, Ba, Sow, N’Diaye, Barry, Bah,
Fofana, Sissoko, Konaté, Dembélé, Sangaré, Diop, Fall, Gueye, N’Guessan, Kouassi, Mendy, Gomis, Doumbia, Sidibé,
Kanté, Mbaye, Ndour, Wade, Mbemba, Makiese, Nzuzi, Kabongo, Mukendi, Ilunga"""),
        girls=pool("""
Aminata, Fatoumata, Aïssatou, Kadiatou, Mariam, Awa, Fanta, Maïmouna, Hawa, Oumou, Binta, Djeneba, Coumba,
Grâce, Divine, Prescillia, Merveille"""),
        boys=pool("""
Mamadou, Ibrahima, Moussa, Ousmane, Amadou, Abdoulaye, Boubacar, Issa, Souleymane, Cheikh, Lassana, Aboubacar,
Djibril, Yaya, Emmanuel, Christ-Vie, Exaucé"""),
        women=pool("""
Fatou, Aminata, Mariam, Aïssata, Kadiatou, Oumou, Assetou, Rokia, Ramata, Clarisse, Chantal, Fatou Binetou"""),
        men=pool("""
Mamadou, Moussa, Ibrahima, Oumar, Abdoulaye, Bakary, Cheick, Lamine, Seydou, Modibo, Jean-Claude, El Hadj"""),
    ),
    Origin(
        share=0.015,
        keeps=0.7,
        surnames=pool("""
Ali, Said, Mohamed, Abdou, Ahamada, Ibrahim, Soilihi, M’Madi, Rakotomalala, Andrianarisoa, Razafindrakoto,
Rasoanaivo, Hoareau, Ramsamy, Virapin"""),
        girls=pool("Naïma, Echat, Faïza, Hasina, Fanja, Voahangy"),
        boys=pool("Nassur, Ibrahim, Anli, Tojo, Mamy, Hery"),
        women=pool("Echati, Zaïnaba, Moinaecha, Lalao, Vololona"),
        men=pool("Ali, Said, Mohamed, Naivo, Rivo, Solo"),
    ),
    Origin(
        share=0.02,
        keeps=0.5,
        surnames=pool("""
Nguyen, Tran, Le, Pham, Huynh, Phan, Vu, Dang, Bui, Do, Wang, Chen, Zhang, Liu, Lin, Huang, Sok, Chea, Keo"""),
        girls=pool("Linh, Mai, Thi Mai, Anh, Hoa, Lan, Mei, Xin Yi, Sophea"),
        boys=pool("Minh, Duc, Hai, Van Minh, Quang, Tuan, Wei, Jun, Dara"),
        women=pool("Thi Lan, Thi Hoa, Huong, Thuy, Phuong, Li, Xiu, Sreymom"),
        men=pool("Van Hai, Thanh, Hung, Dung, Long, Jian, Feng, Sophal"),
    ),
    Origin(
        share=0.02,
        keeps=0.4,
        surnames=pool("""
Kowalski, Nowak, Wiśniewski, Wójcik, Kamiński, Lewandowski, Szymański, Łukasik, Żak, Popescu, Ionescu,
Dumitrescu, Țurcanu, Petrović, Jovanović, Đorđević, Marković, Kovačević, Novotný, Dvořák, Horváth, Ivanov,
Petrenko"""),
        girls=pool("Zofia, Zuzanna, Maja, Oliwia, Milica, Jelena, Andreea, Ioana, Daria"),
        boys=pool("Jakub, Kacper, Łukasz, Stefan, Nikola, Luka, Andrei, Mihai, Bogdan"),
        women=pool("Małgorzata, Agnieszka, Barbara, Dragana, Elena, Mihaela, Oksana"),
        men=pool("Piotr, Krzysztof, Paweł, Zoran, Dragan, Ion, Vasile, Oleh"),
    ),
    Origin(
        share=0.012,
        keeps=0.5,
        surnames=pool("""
Sarkissian, Petrossian, Hovhannisyan, Grigorian, Manoukian, Beridze, Kapanadze, Hoxha, Shehu, Krasniqi, Berisha"""),
        girls=pool("Ani, Nare, Mariam, Nino, Arta, Elira"),
        boys=pool("Tigran, Aram, Hayk, Giorgi, Arben, Luan"),
        women=pool("Anahit, Gayane, Lusine, Tamar, Drita"),
        men=pool("Armen, Vahan, Ashot, Levan, Agim"),
    ),
    Origin(
        share=0.013,
        keeps=0.5,
        surnames=pool("""
Ørsted, Sørensen, Åkerström, Bjørnstad, Müller, Weiß, O’Connor, MacLeod, Smith, Jönsson, Kjær, Van der Meer"""),
        girls=pool("Freja, Astrid, Søs, Åsa, Kate, Fiona, Saskia"),
        boys=pool("Søren, Jørgen, Björn, Lars, Seán, Liam, Thijs"),
        women=pool("Ingrid, Kirsten, Åse, Karen, Siobhán, Heike"),
        men=pool("Bjørn, Anders, Jürgen, Patrick, Mark, Joost"),
    ),
    Origin(
        share=0.01,
        keeps=0.8,
        surnames=pool("""
Balasubramaniam, Sivakumar, Selvarajah, Khan, Hussain, Ahmed, Singh, Kaur, Sharma, Rahman, Chowdhury"""),
        girls=pool("Abinaya, Kavya, Priya, Aisha, Zara, Simran"),
        boys=pool("Arun, Kavin, Vijay, Bilal, Hassan, Gurpreet"),
        women=pool("Lakshmi, Selvi, Saima, Nasreen, Harpreet"),
        men=pool("Suresh, Ravi, Imran, Tariq, Balwinder"),
    ),
)  # fmt: skip
ORIGINS = (FRENCH, MAGHREB, *OTHERS)
ORIGIN_SHARES = tuple(origin.share for origin in ORIGINS)


def origin(rng: random.Random) -> Origin:
    return rng.choices(ORIGINS, ORIGIN_SHARES)[0]


def surname(rng: random.Random, of: Origin) -> str:
    if of is FRENCH and rng.random() < TAIL_SHARE:
        return rng.choice(FRENCH_TAIL)
    return of.draw(rng, of.surnames)


def given_name(rng: random.Random, of: Origin, sex: str, *, adult: bool) -> str:
    """``sex`` is "M" or "F"; adults and children do not bear the same names."""
    home = of if rng.random() < of.keeps else FRENCH
    if adult:
        return home.draw(rng, home.women if sex == "F" else home.men)
    return home.draw(rng, home.girls if sex == "F" else home.boys)


NICKNAMES = {
    "Alexandre": "Alex", "Benjamin": "Ben", "Maxime": "Max", "Mathieu": "Mat", "Matthieu": "Mathieu",
    "Frédéric": "Fred",
    "Christophe": "Chris", "Nicolas": "Nico", "Stéphanie": "Steph", "Sébastien": "Seb", "Mohamed": "Mohammed",
    "Élisabeth": "Élise", "Catherine": "Cathy", "Véronique": "Véro", "Yassine": "Yacine", "Ilyes": "Ilyès",
    "Lyes": "Lyès", "Rayan": "Rayane", "Thibault": "Thibaut", "Mickaël": "Michaël", "Loïc": "Loïck",
}  # fmt: skip
"""What people write for their own name when they are asked."""

SCHOOL_NAMES = pool("""
Les Tilleuls, du Vallon, des Grands Prés, Marguerite-Valmont, Jean-Aubrac-Lenoir, du Pré Fleuri, La
Fontaine-aux-Bois, des Essarts, Simone-Arnoux, du Lac, Les Trois Chênes, Augustine-Ferrand, de la Combe,
Léonce-Vidalin, des Quatre Vents, Émile-Castagnier""")
TOWNS = pool("""
Saint-Aubin-des-Prés, Valbrune, Montclair-sur-Seille, Beaurieux-le-Haut, La Roche-Vive, Fontvert,
Champ-sur-Orbe, Villemerle, Pontbrun, Clairval-les-Eaux, Les Essarts-du-Lac, Roquevielle""")
STREETS = pool("""
rue des Lilas, avenue de la Gare, rue du Moulin, impasse des Sources, rue Victor-Hugo, chemin des Vignes, place
du Marché, allée des Cerisiers, boulevard du Stade, rue de l’Église, rue Jean-Jaurès, montée du Fort, rue des
Écoles, route de la Plaine""")
ACADEMIES = (
    ("010", "LYON", ("001", "042", "069")),
    ("008", "GRENOBLE", ("007", "026", "038", "073", "074")),
    ("016", "TOULOUSE", ("009", "012", "031", "032", "046", "065", "081", "082")),
    ("006", "CLERMONT-FERRAND", ("003", "015", "043", "063")),
    ("011", "MONTPELLIER", ("011", "030", "034", "048", "066")),
    ("012", "NANCY-METZ", ("054", "055", "057", "088")),
)
"""Code, name and departments of académies whose schools use Skolengo."""


def spread(rng: random.Random, items: Sequence[str], count: int) -> list[str]:
    """``count`` items, all different while there are enough of them."""
    chosen = list(items)
    rng.shuffle(chosen)
    return [chosen[index % len(chosen)] for index in range(count)]
