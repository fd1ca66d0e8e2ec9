"""The application's style sheet and palette, made from the theme's tokens."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

from PyQt6.QtCore import QTemporaryDir
from PyQt6.QtGui import QColor, QPalette
from PyQt6.QtWidgets import QApplication

from mlpviz.views.kit.fonts import load_fonts
from mlpviz.views.kit.icons import svg
from mlpviz.views.kit.theme import Theme

# @name is a token's colour, 13px a size at scale 1, @down an arrow in ink2.
SHEET = """
QWidget#window, QMainWindow, QDialog { background:@window; }
QMainWindow::separator { width:0; height:0; }
QLabel { background:transparent; color:@ink; }
QLabel#title { font-weight:600; font-size:13px; }
QLabel#sub, QLabel#key { color:@ink2; font-size:12px; }
QLabel#sec { color:@ink2; font-size:12px; font-weight:600; }
QLabel#big { font-size:20px; font-weight:600; }
QLabel#num { font-size:12px; }
QLabel#warn { color:@warn; font-size:12px; }
QLabel#told { background:@panel; color:@ink; border:1px solid @edge; border-radius:4px; padding:3px 8px;
  font-size:12px; }
QLabel#sub:disabled, QLabel#key:disabled { color:@edge; }

QFrame#card { background:@panel; border:1px solid @line; border-radius:8px; }
QFrame#well { background:@sunk; border:1px solid @line; border-radius:5px; }
QFrame#strip { background:@panel; border:1px solid @warn; border-radius:6px; }
QFrame#note { background:@tip; border-radius:6px; }
QFrame#note QLabel { color:@tip_ink; font-size:12px; }
QFrame#note QPushButton { color:@tip_ink; background:transparent; border:none; min-height:24px; padding:0 6px; }
QFrame#note QPushButton:focus { border:1px solid @tip_ink; }

QMenuBar { background:@window; padding:0 4px; font-size:13px; }
QMenuBar::item { padding:5px 9px; background:transparent; color:@ink; border-radius:4px; }
QLabel#document { color:@ink2; padding:6px 12px 0 12px; font-size:13px; }
QMenuBar::item:selected { background:@line; }
QMenu { background:@raised; color:@ink; border:1px solid @line; padding:4px 0; font-size:13px; }
QMenu::item { padding:5px 28px 5px 28px; background:transparent; }
QMenu::item:selected { background:@accent_soft; color:@ink; }
QMenu::item:disabled { color:@edge; }
QMenu::separator { height:1px; background:@line; margin:4px 8px; }
QMenu::indicator { width:12px; height:12px; left:9px; }
QMenu::indicator:checked { image:url(@check); }
QToolTip { background:@tip; color:@tip_ink; border:none; padding:6px 8px; font-size:12px; }
QToolBar { background:@window; border:none; spacing:8px; padding:0; }

QPushButton, QToolButton { background:@field; color:@ink; border:1px solid @line; border-radius:6px; padding:0 12px;
  min-height:26px; font-size:13px; }
QPushButton:hover, QToolButton:hover { border-color:@edge; }
QPushButton:pressed, QToolButton:pressed { background:@line; }
QPushButton:disabled, QToolButton:disabled { color:@edge; background:@sunk; }
QPushButton:focus, QToolButton:focus { border:1px solid @accent; }
QPushButton:default { border:1px solid @accent; }
QPushButton#train { background:@accent; color:@on_accent; border:1px solid @accent; font-weight:600; min-height:30px;
  padding:0 14px; }
QPushButton#train:hover { background:@accent_hover; }
QPushButton#train:focus { border:2px solid @ink; }
QPushButton#train:disabled { background:@line; color:@ink2; border-color:@line; }
QPushButton#flat, QToolButton#flat { background:transparent; border:1px solid transparent; padding:0 8px;
  min-height:28px; }
QPushButton#flat:hover, QToolButton#flat:hover { background:@line; }
QPushButton#flat:focus, QToolButton#flat:focus { border:1px solid @accent; }
QPushButton#mini, QToolButton#mini { border-radius:5px; padding:0; min-height:22px; max-height:22px; min-width:22px;
  max-width:22px; font-size:13px; color:@ink2; }
QPushButton#mini:checked { background:@accent_soft; border:1px solid @accent; }
QPushButton#mini:checked:focus { border:1px solid @ink; }
QFileDialog QToolButton { padding:0 3px; background:@edge; }
QToolButton#grip { background:transparent; border:none; padding:0; min-height:0; }
QFrame#mark { background:@accent; }
QPushButton#small { min-height:24px; padding:0 10px; font-size:12px; border-radius:5px; }
QPushButton#tool { background:transparent; color:@ink2; border:1px solid transparent; border-radius:4px; padding:0;
  min-height:20px; font-size:12px; }
QPushButton#tool:hover { color:@ink; border-color:transparent; }
QPushButton#tool:checked { background:@raised; color:@ink; border:1px solid @line; font-weight:600; }
QPushButton#tool:focus { border:1px solid @accent; }
QPushButton::menu-indicator { image:url(@down); width:10px; height:10px; subcontrol-origin:padding;
  subcontrol-position:right center; right:7px; }
QPushButton#chip { border-radius:11px; min-height:22px; padding:0 9px; font-size:12px; }
QPushButton#chip:checked { background:@accent_soft; border:1px solid @accent; }
QPushButton#thumb { background:@sunk; border:1px solid @line; border-radius:5px; padding:1px; min-width:34px;
  max-width:34px; min-height:34px; max-height:34px; }
QPushButton#thumb:hover { border-color:@edge; }
QPushButton#thumb:checked { border:2px solid @accent; padding:0; background:@panel; }
QPushButton#thumb:focus { border:2px solid @ink; padding:0; }

QFrame#segments { background:@segments; border-radius:8px; }
QTabBar#segments::tab { background:transparent; color:@ink2; border:1px solid transparent; border-radius:6px;
  padding:0 13px; min-height:26px; font-size:13px; }
QFrame#cardtabs { background:@segments; border-radius:6px; }
QTabBar#cardtabs::tab { background:transparent; color:@ink2; border:1px solid transparent; border-radius:4px;
  padding:0 7px; min-height:20px; font-size:12px; }
QTabBar#segments::tab:selected, QTabBar#cardtabs::tab:selected { background:@raised; color:@ink;
  border:1px solid @line; font-weight:600; }
QTabBar#segments::tab:hover:!selected, QTabBar#cardtabs::tab:hover:!selected { color:@ink; }
QTabBar#segments::tab:selected:focus, QTabBar#cardtabs::tab:selected:focus { border:1px solid @accent; }

QComboBox, QSpinBox, QDoubleSpinBox, QLineEdit { background:@field; color:@ink; border:1px solid @line;
  border-radius:5px; padding:0 6px; min-height:22px; font-size:12px; selection-background-color:@accent;
  selection-color:@on_accent; }
QComboBox:hover, QSpinBox:hover, QDoubleSpinBox:hover, QLineEdit:hover { border-color:@edge; }
QComboBox:focus, QSpinBox:focus, QDoubleSpinBox:focus, QLineEdit:focus { border:1px solid @accent; }
QComboBox:disabled, QSpinBox:disabled, QDoubleSpinBox:disabled, QLineEdit:disabled { color:@edge; background:@sunk; }
QLineEdit#value { background:transparent; border:none; padding:0; min-height:0; font-size:19px; font-weight:600; }
QComboBox::drop-down { border:none; width:16px; }
QComboBox::down-arrow { image:url(@down); width:10px; height:10px; }
QComboBox QAbstractItemView { background:@raised; color:@ink; border:1px solid @line; padding:3px; outline:none;
  selection-background-color:@accent_soft; selection-color:@ink; font-size:12px; }
QComboBox QLineEdit { border:none; padding:0; background:transparent; min-height:18px; }
QSpinBox#width { padding:0 3px 0 2px; }
QSpinBox::up-button, QDoubleSpinBox::up-button { subcontrol-origin:border; subcontrol-position:top right; width:15px;
  border:none; background:transparent; }
QSpinBox::down-button, QDoubleSpinBox::down-button { subcontrol-origin:border; subcontrol-position:bottom right;
  width:15px; border:none; background:transparent; }
QSpinBox::up-arrow, QDoubleSpinBox::up-arrow { image:url(@up); width:9px; height:9px; }
QSpinBox::down-arrow, QDoubleSpinBox::down-arrow { image:url(@down); width:9px; height:9px; }
QSpinBox#plain, QDoubleSpinBox#plain { background:transparent; border:1px solid transparent; padding:0 2px; }
QSpinBox#plain:hover, QDoubleSpinBox#plain:hover { border-color:@line; background:@field; }
QSpinBox#plain:focus, QDoubleSpinBox#plain:focus { border-color:@accent; background:@field; }

QSlider { background:transparent; min-height:20px; }
QSlider::groove:horizontal { height:3px; background:@line; border-radius:1px; }
QSlider::sub-page:horizontal { height:3px; background:@edge; border-radius:1px; }
QSlider::handle:horizontal { width:10px; height:10px; margin:-5px 0; border-radius:6px; background:@panel;
  border:2px solid @accent; }
QSlider::handle:horizontal:focus, QSlider::handle:horizontal:hover { background:@accent_soft; }
QSlider::handle:horizontal:disabled { border-color:@line; }

QCheckBox { color:@ink; spacing:6px; font-size:12px; background:transparent; }
QCheckBox::indicator { width:13px; height:13px; border:1px solid @edge; border-radius:3px; background:@field; }
QCheckBox::indicator:checked { background:@accent; border-color:@accent; image:url(@tick); }
QCheckBox::indicator:focus { border:1px solid @ink; }
QCheckBox:disabled { color:@edge; }
QCheckBox::indicator:disabled { border-color:@line; background:@sunk; }
QCheckBox::indicator:checked:disabled { border-color:@edge; background:@edge; }

QScrollArea, QWidget#qt_scrollarea_viewport, QWidget#clear { background:transparent; border:none; }
QScrollBar:vertical { background:transparent; width:10px; margin:0; }
QScrollBar:horizontal { background:transparent; height:10px; margin:0; }
QScrollBar::handle { background:@scroll; border-radius:3px; min-height:24px; min-width:24px; margin:2px; }
QScrollBar::handle:hover { background:@edge; }
QScrollBar::add-line, QScrollBar::sub-line { width:0; height:0; }
QScrollBar::add-page, QScrollBar::sub-page { background:transparent; }
QSplitter::handle { background:transparent; }
QSplitter::handle:hover { background:@line; }

QTableView, QTreeView, QListView { background:@panel; color:@ink; border:none; gridline-color:@grid; outline:none;
  alternate-background-color:@sunk; selection-background-color:@accent_soft; selection-color:@ink; font-size:12px; }
QHeaderView { background:@panel; border:none; }
QHeaderView::section { background:@panel; color:@ink2; border:none; border-bottom:1px solid @line; padding:2px 6px;
  font-size:12px; }
QTableCornerButton::section { background:@panel; border:none; }
QProgressBar { background:@line; border:none; border-radius:2px; max-height:4px; min-height:4px; }
QProgressBar::chunk { background:@accent; border-radius:2px; }
"""
_ROLES = {
    "window": "Window", "ink": "WindowText", "field": "Base", "sunk": "AlternateBase", "tip": "ToolTipBase",
    "tip_ink": "ToolTipText", "raised": "Button", "accent": "Highlight", "on_accent": "HighlightedText",
    "edge": "Mid", "line": "Midlight", "ink2": "PlaceholderText",
}  # fmt: skip


@cache
def _folder() -> QTemporaryDir:
    return QTemporaryDir()  # removed with the process


@cache
def _picture(name: str, color: str) -> str:
    """A style sheet takes pictures only from files."""
    path = Path(_folder().path()) / f"{name}-{color[1:]}.svg"
    path.write_bytes(svg(name, QColor(color)))
    return path.as_posix()


def _mixed(theme: Theme, one: str, other: str, share: float) -> str:
    a, b = theme.color(one), theme.color(other)
    rgb = (round(x + (y - x) * share) for x, y in zip(a.getRgb()[:3], b.getRgb()[:3], strict=True))
    return QColor(*rgb).name()


def stylesheet(theme: Theme) -> str:
    """The style sheet for the theme in force, sizes scaled."""
    extra = {
        "segments": theme.hex("sunk" if theme.dark else "line"),
        "accent_hover": _mixed(theme, "accent", "ink", 0.15),
        "scroll": _mixed(theme, "line", "edge", 0.4),
        "up": _picture("up", theme.hex("ink2")),
        "down": _picture("down", theme.hex("ink2")),
        "check": _picture("check", theme.hex("ink")),
        "tick": _picture("check", theme.hex("on_accent")),
    }
    text = re.sub(r"@(\w+)", lambda m: extra.get(m[1]) or theme.hex(m[1]), SHEET)
    if theme.scale == 1:
        return text
    return re.sub(r"(\d+)px", lambda m: f"{_scaled(int(m[1]), theme.scale)}px", text)


def _scaled(px: int, scale: float) -> int:
    return px if px <= 2 else round(px * scale)  # hairlines stay


def palette(theme: Theme) -> QPalette:
    """The palette for the theme in force."""
    result = QPalette()
    for token, role in _ROLES.items():
        result.setColor(QPalette.ColorRole[role], theme.color(token))
    for role in ("Text", "ButtonText", "BrightText"):
        result.setColor(QPalette.ColorRole[role], theme.color("ink"))
    for role in ("Text", "ButtonText", "WindowText"):
        result.setColor(QPalette.ColorGroup.Disabled, QPalette.ColorRole[role], theme.color("edge"))
    result.setColor(QPalette.ColorRole.Link, theme.color("accent"))
    return result


def dress(app: QApplication, theme: Theme) -> None:
    """Give the application its fonts, palette and style sheet, now and whenever the theme changes."""
    load_fonts()
    app.setStyle("Fusion")

    def apply() -> None:
        app.setFont(theme.font())
        app.setPalette(palette(theme))
        app.setStyleSheet(stylesheet(theme))

    apply()
    theme.changed.connect(apply)
