"""What is no frontal chest radiograph? Pictures drawn, or made from films by destroying what makes them chests."""

from collections.abc import Callable, Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from model_store.film.radiograph import FILM_SIDE

Generator = np.random.Generator
Picture = NDArray[np.uint8]


def other_picture(films: Sequence[Picture], photographs: Sequence[Picture], rng: Generator) -> Picture:
    """Return a picture that is no frontal chest radiograph, (224, 224), uint8.

    Args:
        films: chest radiographs, (224, 224), uint8.
        photographs: further pictures that are none, grey, of any size; may be empty.
        rng: where the chance comes from.
    """
    film = films[int(rng.integers(len(films)))]
    if photographs and rng.random() < 0.5:
        return _window_of(photographs[int(rng.integers(len(photographs)))], rng)
    if rng.random() < 0.45:
        made: Callable[[Picture, Generator], Picture] = (_tiles, _part, _swirl)[rng.integers(3)]
        return made(film, rng)
    drawn = (_noise, _shapes, _page, _slice, _bones, _screen)
    return drawn[rng.integers(len(drawn))](rng)


def several_films(films: Sequence[Picture], rng: Generator) -> Picture:
    """Return two to six films in one picture, (224, 224), uint8."""
    rows, columns = ((1, 2), (2, 1), (2, 2), (1, 3), (2, 3))[rng.integers(5)]
    gap = int(rng.integers(0, 8))
    sheet = np.full(
        (rows * 120 + (rows + 1) * gap, columns * 120 + (columns + 1) * gap), rng.choice((0, 255)), np.uint8
    )
    for row in range(rows):
        for column in range(columns):
            film = cv2.resize(films[int(rng.integers(len(films)))], (120, 120), interpolation=cv2.INTER_AREA)
            top, left = gap + row * (120 + gap), gap + column * (120 + gap)
            sheet[top : top + 120, left : left + 120] = film
    return _sized(sheet)


def _sized(picture: Picture) -> Picture:
    return np.asarray(cv2.resize(picture, (FILM_SIDE, FILM_SIDE), interpolation=cv2.INTER_AREA), np.uint8)


def _window_of(picture: Picture, rng: Generator) -> Picture:
    height, width = picture.shape
    share = rng.uniform(0.4, 1)
    # Of a small picture, eight pixels or all that there are.
    rows = min(max(int(height * share), 8), height)
    columns = min(max(int(width * rng.uniform(0.4, 1)), 8), width)
    top, left = rng.integers(0, height - rows + 1), rng.integers(0, width - columns + 1)
    part = np.rot90(picture[top : top + rows, left : left + columns], int(rng.integers(4)))
    return _sized(np.ascontiguousarray(part[:, ::-1] if rng.random() < 0.5 else part))


def _tiles(film: Picture, rng: Generator) -> Picture:
    count = int(rng.integers(2, 5))
    side = FILM_SIDE // count
    places = [(r, c) for r in range(count) for c in range(count)]
    order = rng.permutation(len(places))
    while (order == np.arange(len(places))).mean() > 0.3:
        order = rng.permutation(len(places))
    mixed = np.zeros_like(film)
    for (row, column), source in zip(places, order, strict=True):
        r, c = places[source]
        tile = film[r * side : (r + 1) * side, c * side : (c + 1) * side]
        mixed[row * side : (row + 1) * side, column * side : (column + 1) * side] = np.rot90(tile, int(rng.integers(4)))
    return mixed


def _part(film: Picture, rng: Generator) -> Picture:
    side = int(rng.uniform(0.2, 0.42) * FILM_SIDE)
    top, left = rng.integers(0, FILM_SIDE - side, 2)
    return _sized(np.ascontiguousarray(film[top : top + side, left : left + side]))


def _swirl(film: Picture, rng: Generator) -> Picture:
    coarse = rng.normal(0, 1, (2, 5, 5)).astype(np.float32)
    flow = [cv2.resize(each, film.shape, interpolation=cv2.INTER_CUBIC) * rng.uniform(25, 60) for each in coarse]
    y, x = np.mgrid[: film.shape[0], : film.shape[1]].astype(np.float32)
    turned = np.rot90(film, int(rng.integers(4)))
    warped = cv2.remap(
        np.ascontiguousarray(turned), x + flow[0], y + flow[1], cv2.INTER_LINEAR, None, cv2.BORDER_REFLECT
    )
    return np.asarray(warped, np.uint8)


def _noise(rng: Generator) -> Picture:
    """Noise whose power falls with a random power of the frequency, as in clouds and textures."""
    frequency = np.hypot(*np.meshgrid(np.fft.fftfreq(FILM_SIDE), np.fft.fftfreq(FILM_SIDE)))
    frequency[0, 0] = 1
    spectrum = np.fft.fft2(rng.normal(size=(FILM_SIDE, FILM_SIDE))) / frequency ** rng.uniform(0, 2.2)
    return _stretched(np.fft.ifft2(spectrum).real)


def _stretched(values: NDArray[np.float64]) -> Picture:
    low, high = np.percentile(values, (1, 99))
    return np.asarray(np.clip((values - low) / max(high - low, 1e-9) * 255, 0, 255), np.uint8)


def _shapes(rng: Generator) -> Picture:
    picture = np.full((FILM_SIDE, FILM_SIDE), rng.integers(256), np.uint8)
    for _ in range(rng.integers(1, 14)):
        grey, centre = int(rng.integers(256)), tuple(map(int, rng.integers(0, FILM_SIDE, 2)))
        axes = tuple(map(int, rng.integers(5, 90, 2)))
        kind = rng.integers(3)
        if kind == 0:
            cv2.ellipse(picture, centre, axes, int(rng.integers(180)), 0, 360, grey, cv2.FILLED)
        elif kind == 1:
            cv2.rectangle(picture, centre, (centre[0] + axes[0], centre[1] + axes[1]), grey, cv2.FILLED)
        else:
            cv2.line(picture, centre, tuple(map(int, rng.integers(0, FILM_SIDE, 2))), grey, int(rng.integers(1, 12)))
    return _softened(picture, rng)


def _softened(picture: Picture, rng: Generator) -> Picture:
    blurred = cv2.GaussianBlur(picture, (0, 0), rng.uniform(0.3, 4))
    noise = rng.normal(0, rng.uniform(0, 12), picture.shape)
    return np.asarray(np.clip(blurred + noise, 0, 255), np.uint8)


def _page(rng: Generator) -> Picture:
    """Lines of writing, dark on light or light on dark, with a block of grey here and there."""
    light, dark = int(rng.integers(170, 256)), int(rng.integers(0, 80))
    page = np.full((FILM_SIDE * 2, FILM_SIDE * 2), light, np.uint8)
    top, step, scale = int(rng.integers(10, 60)), int(rng.integers(12, 40)), rng.uniform(0.3, 1.2)
    while top < page.shape[0]:
        if rng.random() < 0.85:
            text = "".join(
                chr(rng.integers(33, 123)) if rng.random() > 0.18 else " " for _ in range(rng.integers(5, 70))
            )
            cv2.putText(page, text, (int(rng.integers(5, 60)), top), int(rng.integers(8)), scale, dark, 1, cv2.LINE_AA)
        top += step
    if rng.random() < 0.4:
        left, upper = map(int, rng.integers(0, FILM_SIDE, 2))
        page[upper : upper + int(rng.integers(30, 200)), left : left + int(rng.integers(30, 200))] = rng.integers(256)
    return _sized(255 - page if rng.random() < 0.3 else page)


def _slice(rng: Generator) -> Picture:
    """A body or a head cut across: a bright rim round mottled tissue on black."""
    centre, axes = tuple(map(int, rng.integers(95, 130, 2))), tuple(map(int, rng.integers(45, 105, 2)))
    body, inner = np.zeros((FILM_SIDE, FILM_SIDE), np.uint8), np.zeros((FILM_SIDE, FILM_SIDE), np.uint8)
    angle, rim = int(rng.integers(180)), int(rng.integers(2, 14))
    cv2.ellipse(body, centre, axes, angle, 0, 360, 255, cv2.FILLED)
    cv2.ellipse(inner, centre, (axes[0] - rim, axes[1] - rim), angle, 0, 360, 255, cv2.FILLED)
    picture = np.where(inner > 0, _noise(rng) * rng.uniform(0.3, 0.9), body * rng.uniform(0.5, 1)).astype(np.uint8)
    for _ in range(rng.integers(0, 9)):
        spot = (int(rng.normal(centre[0], axes[0] / 3)), int(rng.normal(centre[1], axes[1] / 3)))
        size = tuple(map(int, rng.integers(3, 30, 2)))
        cv2.ellipse(picture, spot, size, int(rng.integers(180)), 0, 360, int(rng.integers(256)), cv2.FILLED)
    return _softened(picture, rng)


def _bones(rng: Generator) -> Picture:
    """Long bright bones in soft tissue on black, as on films of hands, limbs and jaws."""
    soft, bone = np.zeros((FILM_SIDE, FILM_SIDE), np.uint8), np.zeros((FILM_SIDE, FILM_SIDE), np.uint8)
    root, spread = rng.uniform(60, 164, 2), rng.uniform(0, 2 * np.pi)
    for finger in range(rng.integers(1, 8)):
        angle = spread + finger * rng.uniform(0.15, 0.6)
        start = root
        for _ in range(rng.integers(1, 5)):
            end = start + rng.uniform(20, 70) * np.array([np.cos(angle), np.sin(angle)])
            width, line = int(rng.integers(4, 22)), [np.stack([start, end]).astype(np.int32)]
            cv2.polylines(soft, line, isClosed=False, color=255, thickness=width * 3)
            cv2.polylines(bone, line, isClosed=False, color=255, thickness=width)
            start = end + rng.uniform(2, 8)
    mixed = cv2.GaussianBlur(soft, (0, 0), 4) * rng.uniform(0.15, 0.5) + cv2.GaussianBlur(bone, (0, 0), 2) * 0.5
    return _softened(np.asarray(np.clip(mixed, 0, 255), np.uint8), rng)


def _screen(rng: Generator) -> Picture:
    """Windows, bars and curves, as on pictures of screens and plots."""
    picture = np.full((FILM_SIDE, FILM_SIDE), rng.integers(200, 256), np.uint8)
    for _ in range(rng.integers(2, 10)):
        left, top = map(int, rng.integers(0, 190, 2))
        right, bottom = left + int(rng.integers(10, 200)), top + int(rng.integers(4, 90))
        cv2.rectangle(picture, (left, top), (right, bottom), int(rng.integers(256)), int(rng.choice((1, cv2.FILLED))))
    for _ in range(rng.integers(0, 4)):
        x = np.arange(0, FILM_SIDE, 8)
        curve = np.cumsum(rng.normal(0, 8, x.size)) + rng.uniform(40, 180)
        cv2.polylines(
            picture, [np.column_stack([x, curve]).astype(np.int32)], isClosed=False, color=int(rng.integers(90))
        )
    return np.asarray(255 - picture if rng.random() < 0.3 else picture, np.uint8)
