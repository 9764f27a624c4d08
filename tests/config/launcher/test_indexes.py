from config.launcher import indexes

LISTING = """\
:env:.extra-index-url='https://b.example/simple'
global.extra-index-url='https://a.example/simple https://c.example/simple'
global.index-url='https://mirror.example/simple'
global.find-links='/wheels /more'
install.no-color='true'
user.ignored='x'
"""


def test_parse_lets_the_environment_win_over_files() -> None:
    settings = indexes.parse(LISTING)
    assert settings["extra-index-url"] == "https://b.example/simple"
    assert settings["index-url"] == "https://mirror.example/simple"


def test_parse_of_nothing_is_nothing() -> None:
    assert indexes.parse("") == {}


def test_translate_says_to_uv_what_pip_is_told() -> None:
    words = indexes.translate(
        {
            "index-url": "https://m/simple",
            "extra-index-url": "https://a\nhttps://b",
            "find-links": "/x /y",
        },
        {},
    )
    assert words == {
        "UV_DEFAULT_INDEX": "https://m/simple",
        "UV_INDEX": "https://a https://b",
        "UV_FIND_LINKS": "/x,/y",
        "UV_INDEX_STRATEGY": "unsafe-best-match",
    }


def test_translate_leaves_uvs_own_settings_alone() -> None:
    words = indexes.translate(
        {"index-url": "https://m/simple", "extra-index-url": "https://a"},
        {"UV_INDEX_URL": "https://own/simple", "UV_EXTRA_INDEX_URL": "https://own"},
    )
    assert words == {}
