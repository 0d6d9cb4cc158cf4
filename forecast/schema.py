"""The tables of laadvraag: the only place where columns, types, units and meanings stand.

DuckDB tables, polars frames and docs/nomenclature.md are all made from `TABLES`. The module
imports nothing heavy, so that a command that only reads the database stays instant.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

from forecast.errors import SchemaError
from forecast.vocabulary import PLAN_CLASSES

if TYPE_CHECKING:
    import polars as pl

Dtype = Literal["String", "Int64", "Float64", "Boolean", "Date", "Datetime", "Floats"]
Layer = Literal["source", "beside", "result", "record", "import"]

SCHEMA_VERSION: Final = 7
"""Layout of the database file; a file of another layout is refused with what to do."""

_DUCKDB_TYPES: Final[dict[str, str]] = {
    "String": "VARCHAR",
    "Int64": "BIGINT",
    "Float64": "DOUBLE",
    "Boolean": "BOOLEAN",
    "Date": "DATE",
    "Datetime": "TIMESTAMP",
    "Floats": "DOUBLE[]",
}


@dataclass(frozen=True)
class Column:
    """One column: its name, type, unit ("" where it has none) and meaning."""

    name: str
    dtype: Dtype
    unit: str
    meaning: str
    is_key: bool = False
    is_nullable: bool = False


@dataclass(frozen=True)
class Table:
    """One table, its layer and its columns.

    Layers: ``source`` (what the last run read), ``beside`` (what is set beside a run, of which only
    the imported editions are stored), ``result`` (of a run), ``record`` (lasting), and ``import``:
    every edition of a source that was imported, kept for good.
    """

    name: str
    layer: Layer
    meaning: str
    columns: tuple[Column, ...]

    @property
    def keys(self) -> tuple[str, ...]:
        """Names of the columns that together identify a row."""
        return tuple(column.name for column in self.columns if column.is_key)

    def duckdb_ddl(self) -> str:
        """Return the CREATE TABLE statement of this table."""
        columns = ", ".join(
            f'"{column.name}" {_DUCKDB_TYPES[column.dtype]}'
            + ("" if column.is_nullable else " NOT NULL")
            for column in self.columns
        )
        return f'CREATE TABLE IF NOT EXISTS "{self.name}" ({columns})'

    def polars_schema(self) -> pl.Schema:
        """Return the polars schema of this table."""
        import polars as pl

        dtypes = {
            "String": pl.String(),
            "Int64": pl.Int64(),
            "Float64": pl.Float64(),
            "Boolean": pl.Boolean(),
            "Date": pl.Date(),
            "Datetime": pl.Datetime("us"),
            "Floats": pl.List(pl.Float64()),
        }
        return pl.Schema({column.name: dtypes[column.dtype] for column in self.columns})


def _key(name: str, dtype: Dtype, meaning: str, unit: str = "") -> Column:
    return Column(name, dtype, unit, meaning, is_key=True)


def _optional(name: str, dtype: Dtype, unit: str, meaning: str) -> Column:
    return Column(name, dtype, unit, meaning, is_nullable=True)


_EDITION: Final = Column("edition_id", "String", "", "edition of the source data, a content hash")
_IMPORT: Final = _key("edition_id", "String", "imported edition, a hash")
_RUN: Final = _key("run_id", "String", "run that computed the row")
_TERRAIN: Final = _key("terrain_id", "String", "RIN of the terrain in the IBIS register")
_HOLDER: Final = _key(
    "terrain_id",
    "String",
    "RIN of the terrain, or off-terrain:GMxxxx for the vehicles of a municipality without one",
)
_CLASS: Final = _key("vehicle_class", "String", "van, rigid_truck or tractor")
_YEAR: Final = _key("year", "Int64", "calendar year; figures hold on 31 December of it")
_SCENARIO: Final = _key("scenario", "String", "low, mid or high")
_LOCATION: Final = _key(
    "location_type", "String", "depot, shared_hub, service_area, truck_parking or elsewhere"
)
_STRATEGY: Final = _key("strategy", "String", "unmanaged, smart or night_block; power: delayed")
_AREA: Final = _key("supply_area_id", "String", "supply area (voedingsgebied)")
_CONNECTION: Final = _key("connection_id", "String", "identifier, made from file and connection")
_X: Final = Column("x_rd_m", "Float64", "m", "easting in RD New, EPSG:28992")
_Y: Final = Column("y_rd_m", "Float64", "m", "northing in RD New, EPSG:28992")
_MUNICIPALITY: Final = Column("municipality_code", "String", "", "GM and four digits (CBS)")

_SIZES: Final = (
    Column("is_equipped", "Boolean", "", "enough energy comes here for charge points"),
    Column("energy_kwh_per_day", "Float64", "kWh/day", "on a winter working day"),
    Column("sessions_per_day", "Float64", "1/day", "on a working day"),
    Column("charge_points", "Int64", "points", "for the wait allowed; 0 where not equipped"),
    Column("installed_kw", "Float64", "kW", "points times their power"),
    Column(
        "mean_wait_minutes",
        "Float64",
        "minute",
        "in the busiest quarter-hour; overnight: of all vehicles, at most",
    ),
    Column("design_peak_kw", "Float64", "kW", "P95 over days of the daily maximum"),
    Column("grid_connection_kw", "Float64", "kW", "connection that carries it"),
    Column("space_m2", "Float64", "m2", "points with room to manoeuvre, and the transformer"),
)

_SESSION_TYPE: Final = (
    _CLASS,
    _key("location_type", "String", "depot, shared_hub, service_area or truck_parking"),
    _YEAR,
    _SCENARIO,
    Column("energy_kwh_per_session", "Float64", "kWh", "mean energy from the grid"),
    Column("energy_cv", "Float64", "1", "its coefficient of variation"),
    Column("charger_power_kw", "Float64", "kW", "most that charger and vehicle allow"),
    Column("dwell_hours", "Float64", "hour", "time plugged in"),
    Column("arrival_hour", "Float64", "hour", "mean clock time of arrival"),
    Column("arrival_sd_hours", "Float64", "hour", "its standard deviation"),
    Column("day_effect_sd", "Float64", "1", "of the energy, shared by all on a day"),
)
_LOAD_PROFILE: Final = (
    _CLASS,
    _key("location_type", "String", "depot, shared_hub, service_area or truck_parking"),
    _YEAR,
    _SCENARIO,
    _key("strategy", "String", "unmanaged or delayed; shared hubs: smart and night_block"),
    _key("season", "String", "winter_design or year_average"),
    _key("day_type", "String", "working_day, saturday or sunday (and public holidays)"),
    Column("mean_kw", "Floats", "kW", "96 quarter-hours from midnight on"),
)

_SOURCES: Final = (
    Table(
        "terrains",
        "source",
        "The register of business parks, every row of it.",
        (
            _TERRAIN,
            Column("terrain_name", "String", "", "name as in the register"),
            _MUNICIPALITY,
            Column("reference_year", "Int64", "", "year the register describes"),
            Column("gross_ha", "Float64", "ha", "gross area"),
            Column("net_ha", "Float64", "ha", "net area"),
            Column("issuable_ha", "Float64", "ha", "net area not yet issued"),
            _optional("ibis_type_code", "String", "", "type code of the register, undocumented"),
            _X,
            _Y,
            Column("location_quality", "String", "", "polygon, street, kern or gemeente"),
            Column("matched_place_name", "String", "", "what the approximate point was matched to"),
            _EDITION,
        ),
    ),
    Table(
        "register_issues",
        "source",
        "What is odd in a row of the register; the row is kept.",
        (
            _TERRAIN,
            _key("issue_code", "String", "kind of oddity"),
            Column("consequence", "String", "", "what the forecast does with the row"),
            _EDITION,
        ),
    ),
    Table(
        "municipalities",
        "source",
        "Municipalities with their region and structure.",
        (
            _key("municipality_code", "String", "GM and four digits (CBS)"),
            Column("municipality_name", "String", "", "name"),
            Column("province_name", "String", "", "province"),
            Column("nal_region_name", "String", "", "NAL region"),
            _X,
            _Y,
            Column("area_ha", "Float64", "ha", "area"),
            Column("inhabitants", "Int64", "inhabitants", "inhabitants, 2024"),
            Column("establishments", "Int64", "establishments", "business establishments, 2026"),
            _optional("share_agriculture", "Float64", "1", "of establishments, SBI A, 2021"),
            _optional("share_industry_construction", "Float64", "1", "SBI B-F, energy included"),
            _optional("share_trade_horeca", "Float64", "1", "SBI G and I"),
            _optional("share_transport_ict", "Float64", "1", "SBI H and J, told apart nowhere"),
            _EDITION,
        ),
    ),
    Table(
        "municipality_successors",
        "source",
        "Municipalities that ended since 2020, with the one that their ground is part of since.",
        (
            _key("ended_code", "String", "GM and four digits (CBS) of what ended"),
            _key("postcode4", "String", "what of it; empty text: all of it"),
            Column("ended_name", "String", "", "its name"),
            _MUNICIPALITY,
            Column("since", "Date", "", "first day of the new division"),
            _EDITION,
        ),
    ),
    Table(
        "places",
        "source",
        "Inhabited places: labels and the schematic outline of the maps.",
        (
            _key("place_name", "String", "name"),
            _key("municipality_code", "String", "GM and four digits (CBS)"),
            Column("inhabitants", "Int64", "inhabitants", "inhabitants"),
            _X,
            _Y,
            _EDITION,
        ),
    ),
    Table(
        "postcode_points",
        "source",
        "A point in most four-digit postcodes, to find terrains around one.",
        (
            _key("postcode4", "String", "four digits"),
            _MUNICIPALITY,
            _X,
            _Y,
            Column(
                "addresses", "Int64", "addresses", "public charging addresses it is the median of"
            ),
            _EDITION,
        ),
    ),
    Table(
        "ze_zones",
        "source",
        "Zero-emission zones, corrections applied.",
        (
            _key("zone_name", "String", "name"),
            _MUNICIPALITY,
            _optional("start_date", "Date", "", "first day in force; empty: not decided"),
            _optional("area_km2", "Float64", "km2", "area; empty: not known"),
            _optional("x_rd_m", "Float64", "m", "easting of its point, EPSG:28992"),
            _optional("y_rd_m", "Float64", "m", "northing of its point, EPSG:28992"),
            _optional("equivalent_radius_m", "Float64", "m", "radius of a circle of equal area"),
            Column("status", "String", "", "as the feed has it, or what a correction says"),
            Column("version", "String", "", "publication or version of the row; says if corrected"),
            Column("geometry_quality", "String", "", "polygon, circle, or municipality: its point"),
            _optional("outline_wkt", "String", "", "outline in RD New, EPSG:28992, as WKT"),
            _EDITION,
        ),
    ),
    Table(
        "zone_issues",
        "source",
        "What was odd in the zones as they were read, and what became of it.",
        (
            _key("zone_name", "String", "name, or the feed's id of a zone that was left out"),
            _key("issue_code", "String", "kind of oddity"),
            Column("detail", "String", "", "what was found and done"),
            _EDITION,
        ),
    ),
    Table(
        "ze_access_rules",
        "source",
        "Which vehicles may enter a zero-emission zone in force, and until when.",
        (
            _key("rule_code", "String", "short name of the rule"),
            Column("priority", "Int64", "", "order of reading: the first rule that fits decides"),
            Column("vehicle_class", "String", "", "van, rigid_truck, tractor or any"),
            Column("emission_class", "String", "", "Euro classes parted by a bar, zero, or any"),
            _optional("registered_from", "Date", "", "first registration on or after; empty: any"),
            _optional("registered_before", "Date", "", "first registration before; empty: any"),
            _optional("access_until", "Date", "", "first day without access; empty: no such day"),
            Column("is_admitted", "Boolean", "", "may enter until that day; false: never"),
            _optional("condition", "String", "", "exemption where access takes one"),
            Column("status", "String", "", "how firm the rule is"),
            Column("source", "String", "", "where it was read"),
            _EDITION,
        ),
    ),
    Table(
        "supply_areas",
        "source",
        "Demand-side supply areas (voedingsgebieden) of the regional grid operators and TenneT.",
        (
            _AREA,
            Column("grid_operator_name", "String", "", "grid operator; TenneT rows overlay others"),
            Column("is_tso", "Boolean", "", "area of the transmission operator: never summed"),
            _optional(
                "demand_available_capacity_mw", "Float64", "MW", "transport capacity present"
            ),
            _optional("demand_quoted_capacity_mw", "Float64", "MW", "transport capacity needed"),
            _optional("demand_capacity_in_queue_mw", "Float64", "MW", "requests waiting"),
            _optional("demand_requests_in_queue", "Int64", "requests", "how many wait"),
            _optional("demand_alleviation_year", "Int64", "", "year solved; empty: none given"),
            Column("demand_alleviation", "String", "", "year, nothing_to_solve or not_known"),
            _optional("tso_alleviation_year", "Int64", "", "year solved at the transmission grid"),
            Column("tso_alleviation", "String", "", "year, nothing_to_solve or not_known"),
            _optional(
                "tso_status_code", "Int64", "", "0 to 3, probably white, yellow, orange, red"
            ),
            Column(
                "tso_status",
                "String",
                "",
                "the code read: room, limited, study, shortage or "
                "not_known; another grid than that of the area: never joined to `status`",
            ),
            Column(
                "status",
                "String",
                "",
                "room, queue (room until the queue is served), shortage or not_known",
            ),
            _X,
            _Y,
            Column("x_min_rd_m", "Float64", "m", "bounding box"),
            Column("y_min_rd_m", "Float64", "m", "bounding box"),
            Column("x_max_rd_m", "Float64", "m", "bounding box"),
            Column("y_max_rd_m", "Float64", "m", "bounding box"),
            _optional("outline_wkt", "String", "", "outline in RD New; empty: none was loaded"),
            _optional("holds_on", "Date", "", "day of the capaciteitskaart; empty: not known"),
            _EDITION,
        ),
    ),
    Table(
        "truck_sites",
        "source",
        "Service areas, rest areas and truck parkings.",
        (
            _key("site_id", "String", "OpenStreetMap object"),
            Column("site_kind", "String", "", "service_area, rest_area or truck_parking"),
            Column("location_type", "String", "", "service_area or truck_parking"),
            Column("site_name", "String", "", "name, may be empty"),
            Column("road_name", "String", "", "road, may be empty"),
            _X,
            _Y,
            _optional("area_m2", "Float64", "m2", "area; empty: not known"),
            _optional("truck_places", "Float64", "places", "pitches for trucks; empty: not known"),
            Column("merged_objects", "Int64", "objects", "objects within 300 m that it is made of"),
            _EDITION,
        ),
    ),
    Table(
        "charging_sites",
        "source",
        "Charging sites that exist, with their power; empty where no such file was imported.",
        (
            _key("site_id", "String", "identifier of the publisher"),
            Column("site_name", "String", "", "name, may be empty"),
            Column("operator_name", "String", "", "operator, may be empty"),
            _X,
            _Y,
            _optional("charge_points", "Int64", "points", "EVSEs; empty: not known"),
            _optional("max_power_kw", "Float64", "kW", "of its strongest connector"),
            _optional("is_for_trucks", "Boolean", "", "as published; empty: not said"),
            _EDITION,
        ),
    ),
    Table(
        "terrain_outlines",
        "source",
        "Outlines of terrains; empty where no register with polygons was imported.",
        (
            _TERRAIN,
            Column("outline_wkt", "String", "", "outline in RD New, EPSG:28992, as WKT"),
            Column("parts", "Int64", "polygons", "polygons of the file it was joined from"),
            Column("measured_ha", "Float64", "ha", "area of the outline"),
            _EDITION,
        ),
    ),
    Table(
        "region_outlines",
        "source",
        "Outlines of municipalities and provinces; empty where none were imported.",
        (
            _key("level", "String", "municipality or province"),
            _key("region_id", "String", "code of a municipality, name of a province"),
            Column("region_name", "String", "", "name"),
            Column("outline_wkt", "String", "", "outline in RD New, EPSG:28992, as WKT"),
            _EDITION,
        ),
    ),
    Table(
        "vehicle_counts",
        "source",
        "Vehicles counted per area, class and day; empty where no such table was imported.",
        (
            _key("statistic_code", "String", "table it was read from, such as 85236NED or RDW"),
            _key("area_level", "String", "postcode4, municipality, province or nation"),
            _key("area_code", "String", "four digits, GM code, name of a province, or NL"),
            _key("vehicle_class", "String", "van, rigid_truck or tractor"),
            _key("powertrain", "String", "all or electric"),
            _key("count_date", "Date", "day of the count, or last day of the year counted"),
            Column("vehicles", "Int64", "vehicles", "counted"),
            Column("definition", "String", "", "what is counted: never mixed in one sum"),
            _EDITION,
        ),
    ),
    Table(
        "postcode_municipalities",
        "source",
        "The municipality of four-digit postcodes; empty where no such table was imported.",
        (
            _key("postcode4", "String", "four digits"),
            _MUNICIPALITY,
            Column("share", "Float64", "1", "part of the rows of the postcode that name it"),
            _EDITION,
        ),
    ),
    Table(
        "establishment_counts",
        "source",
        "Establishments per municipality and SBI section; empty where no table was imported.",
        (
            _key("municipality_code", "String", "GM and four digits (CBS)"),
            _key("sbi_section", "String", "letter of SBI 2008, or total"),
            _key("count_date", "Date", "1 January of the year counted"),
            Column("establishments", "Int64", "establishments", "counted"),
            _EDITION,
        ),
    ),
    Table(
        "postcode_congestion",
        "source",
        "Congestion per postcode; empty where no such file was imported.",
        (
            _key("postcode6", "String", "four digits and two letters, no space"),
            Column("demand_status", "String", "", "room, limited, study, shortage or not_known"),
            Column("generation_status", "String", "", "the same, for feeding in"),
            _optional("supply_area_id", "String", "", "its supply area; empty: not said"),
            _optional("substation_id", "String", "", "TenneT station that feeds it"),
            _EDITION,
        ),
    ),
    Table(
        "supply_area_works",
        "source",
        "Works planned on the grid of a supply area; empty where no such file was imported.",
        (
            _AREA,
            _key("work_number", "Int64", "place in the list of the area"),
            Column("work_name", "String", "", "name of the work"),
            _optional("grid_operator_name", "String", "", "who does it; empty: not said"),
            _optional("planned_year", "Int64", "", "year it should be done; empty: not said"),
            _optional("planned_quarter", "Int64", "", "quarter of that year; empty: not said"),
            _optional("phase", "String", "", "how far it is, as published"),
            _EDITION,
        ),
    ),
    Table(
        "vehicles_registered",
        "source",
        "Vehicles per municipality by address of the registered keeper.",
        (
            _key("municipality_code", "String", "GM and four digits (CBS)"),
            Column("vans_registered", "Int64", "vehicles", "vans; embedded ones of 2023"),
            Column("rigid_trucks_registered", "Int64", "vehicles", "rigid trucks, likewise"),
            Column("vehicles_counted_per", "String", "", "municipality, or postcode4 and added up"),
            _EDITION,
        ),
    ),
    Table(
        "vans_by_province",
        "source",
        "Vans by province of their main user, in use at any time in 2022.",
        (
            _key("province_name", "String", "province"),
            Column("vans_main_user", "Int64", "vehicles", "vans by main user"),
            _EDITION,
        ),
    ),
    Table(
        "vans_main_user",
        "source",
        "Vans by main user in the few municipalities where it is known, in use in 2022: a check.",
        (
            _key("municipality_code", "String", "GM and four digits (CBS)"),
            Column("vans_main_user", "Int64", "vehicles", "vans by main user"),
            _EDITION,
        ),
    ),
    Table(
        "municipal_electric",
        "source",
        "Electric vehicles counted per municipality; empty where no such table was loaded.",
        (
            _key("municipality_code", "String", "GM and four digits (CBS)"),
            _key("vehicle_group", "String", "van or truck"),
            _key("date", "Date", "day of the count"),
            Column("vehicles", "Int64", "vehicles", "all powertrains, by address of the keeper"),
            Column("electric_vehicles", "Int64", "vehicles", "battery-electric among them"),
            Column("definition", "String", "", "what is counted; one for the whole group"),
            _EDITION,
        ),
    ),
    Table(
        "fleet_history",
        "source",
        "National fleet and electric series.",
        (
            _key("series", "String", "name of the series"),
            _key("date", "String", "date or year as published"),
            Column("value", "Float64", "see unit", "value"),
            Column("unit", "String", "", "unit of the value"),
            Column("definition", "String", "", "what is counted; one for the whole series"),
            Column("known_from", "Date", "", "first day on which it can have been known"),
            Column("status", "String", "", "published, secondary or derived"),
            Column("source", "String", "", "publisher"),
            _EDITION,
        ),
    ),
    Table(
        "published_figures",
        "source",
        "What others published, to set beside the forecast.",
        (
            _key("quantity", "String", "column of the national summary"),
            _key("year", "Int64", "year that the publication names"),
            _key("kind", "String", "count, forecast or aim"),
            _key("publisher", "String", "who published it"),
            Column("holds_on", "Date", "", "day it is read to hold on"),
            Column("value", "Float64", "see unit", "value"),
            Column("unit", "String", "", "unit of the value"),
            Column("published_on", "Date", "", "day of publication"),
            Column("status", "String", "", "published, secondary or derived"),
            Column("source", "String", "", "where it was found"),
            _EDITION,
        ),
    ),
)

_BESIDE: Final = (
    Table(
        "external_forecasts",
        "beside",
        "What somebody else forecasts per terrain; no run reads it.",
        (
            _TERRAIN,
            _YEAR,
            _key("their_scenario", "String", "low, mid or high; empty: the file names none"),
            _key("quantity", "String", "one of `forecast.sources.forecast_quantities`"),
            Column("their_value", "Float64", "see quantity", "in the unit of the quantity"),
            Column("said_as", "String", "", "how the file calls it: its column, with the unit"),
            _EDITION,
        ),
    ),
)

_RESULTS: Final = (
    Table(
        "zone_exposure",
        "result",
        "How strongly zero-emission zones bear on the vehicles of a terrain.",
        (
            _RUN,
            _HOLDER,
            _CLASS,
            _YEAR,
            Column("zone_exposure_factor", "Float64", "1", "0 none, towards 1 full"),
            Column("zone_relation", "String", "", "inside, near, serving or none"),
            _optional("nearest_zone_name", "String", "", "nearest zone in force in the year"),
            _optional(
                "nearest_zone_distance_km",
                "Float64",
                "km",
                "from the point or outline of the terrain to its edge; 0 inside or overlapping",
            ),
            _optional(
                "nearest_zone_share",
                "Float64",
                "1",
                "part of the terrain's outline inside that zone; empty: no outline is known",
            ),
            _optional(
                "zone_advance_years",
                "Float64",
                "year",
                "how much earlier sales reach the share they had without zones, in mid; empty: "
                "sales don't grow",
            ),
            _optional(
                "zone_advance_years_low", "Float64", "year", "by the low bound of the effect"
            ),
            _optional("zone_advance_years_high", "Float64", "year", "by its high bound"),
        ),
    ),
    Table(
        "terrain_supply_areas",
        "result",
        "Supply areas that a terrain may belong to, with probabilities that sum to one.",
        (
            _RUN,
            _TERRAIN,
            _AREA,
            Column("match_probability", "Float64", "1", "probability that this is the area"),
            Column(
                "area_match", "String", "", "polygon, postcode, box or nearest; no row: in no area"
            ),
        ),
    ),
    Table(
        "fleet",
        "result",
        "Vehicles based on a terrain today, all powertrains.",
        (
            _RUN,
            _HOLDER,
            _MUNICIPALITY,
            _CLASS,
            Column("vehicles", "Int64", "vehicles", "vehicles in the base year"),
            Column("model_vehicles", "Int64", "vehicles", "the same without any refinement"),
            Column("basis", "String", "", "modelled or refined"),
        ),
    ),
    Table(
        "municipal_fleet",
        "result",
        "From registered to used: vehicles per municipality on their way to the terrains.",
        (
            _RUN,
            _key("municipality_code", "String", "GM and four digits (CBS)"),
            _CLASS,
            _optional("registered_vehicles", "Int64", "vehicles", "by address of the keeper, 2023"),
            _optional("raw_vehicles", "Float64", "vehicles", "the same, scaled to the nation"),
            _optional("fitted_vehicles", "Float64", "vehicles", "by structure, on that scale"),
            _optional("moved_vehicles", "Float64", "vehicles", "used minus raw"),
            Column("vehicles", "Float64", "vehicles", "used"),
            Column("is_outlier", "Boolean", "", "the count was replaced by the fit"),
        ),
    ),
    Table(
        "terrain_learning",
        "result",
        "What spreads the vehicles of a municipality over its terrains, per class.",
        (
            _RUN,
            _CLASS,
            Column("weight_basis", "String", "", "weights, glm or boosting"),
            Column("counted_terrains", "Int64", "terrains", "terrains with an observed count"),
            Column("counted_municipalities", "Int64", "municipalities", "that they lie in"),
            _optional("glm_deviance", "Float64", "1", "Poisson deviance, municipalities held out"),
            _optional("boosting_deviance", "Float64", "1", "the same for gradient boosting"),
            Column(
                "weight_variance_beyond_area",
                "Float64",
                "1",
                "part of the variance of ln weight that ln hectares does not explain",
            ),
            Column("vehicles_variance_beyond_area", "Float64", "1", "the same of ln vehicles + 1"),
        ),
    ),
    Table(
        "municipal_shift",
        "result",
        "What sets the electric share of a municipality apart, besides zero-emission zones.",
        (
            _RUN,
            _key("municipality_code", "String", "GM and four digits (CBS)"),
            _CLASS,
            _YEAR,
            Column("log_odds_shift", "Float64", "log-odds", "added to those of the nation"),
            Column("shift_basis", "String", "", "counts, sectors or none"),
            _optional("counted_until", "Float64", "year", "date of the counts; zones act after it"),
        ),
    ),
    Table(
        "national_electric",
        "result",
        "The country per class: fleet, sales and electric part, every year to 2050.",
        (
            _RUN,
            _key("vehicle_class", "String", "van, rigid_truck, tractor, or truck: both together"),
            _YEAR,
            _SCENARIO,
            Column("vehicles", "Float64", "vehicles", "all powertrains"),
            Column("growth_factor", "Float64", "1", "vehicles over those of the base date"),
            Column("new_vehicles_per_year", "Float64", "vehicles", "entering the fleet that year"),
            Column("electric_sales_share", "Float64", "1", "electric part of those"),
            Column("electric_share", "Float64", "1", "electric part of the stock, p50"),
            Column("distance_age_factor", "Float64", "1", "distance at their ages over all"),
            Column("electric_distance_share", "Float64", "1", "electric part of the kilometres"),
            Column("electric_vehicles", "Float64", "vehicles", "p50; trucks: sum of the classes"),
            Column("electric_vehicles_p10", "Float64", "vehicles", "low end of the band"),
            Column("electric_vehicles_p90", "Float64", "vehicles", "high end of the band"),
        ),
    ),
    Table(
        "electric_vehicles",
        "result",
        "Vehicles and electric vehicles per terrain, class, year and scenario.",
        (
            _RUN,
            _HOLDER,
            _CLASS,
            _YEAR,
            _SCENARIO,
            Column("vehicles", "Float64", "vehicles", "all powertrains, expected value"),
            Column("zone_log_odds", "Float64", "log-odds", "what zones add to those of the nation"),
            Column("municipal_log_odds", "Float64", "log-odds", "and what its municipality adds"),
            Column("raking_log_odds", "Float64", "log-odds", "and what keeps the national number"),
            Column("model_electric_share", "Float64", "1", "electric share by these terms"),
            Column("model_electric_vehicles", "Float64", "vehicles", "p50 without any refinement"),
            Column("model_electric_vehicles_p10", "Float64", "vehicles", "low end of its band"),
            Column("model_electric_vehicles_p90", "Float64", "vehicles", "high end of its band"),
            Column("electric_share", "Float64", "1", "electric share of the stock"),
            Column("electric_vehicles", "Float64", "vehicles", "battery-electric, p50"),
            Column("electric_vehicles_p10", "Float64", "vehicles", "low end of the band"),
            Column("electric_vehicles_p90", "Float64", "vehicles", "high end of the band"),
        ),
    ),
    Table(
        "energy",
        "result",
        "Energy from the grid of the vehicles based on a terrain, by where they charge.",
        (
            _RUN,
            _HOLDER,
            _CLASS,
            _YEAR,
            _SCENARIO,
            _LOCATION,
            Column("energy_kwh_per_year", "Float64", "kWh/year", "energy from the grid"),
        ),
    ),
    Table(
        "charging_sessions",
        "result",
        "Charging sessions on a working day.",
        (
            _RUN,
            _TERRAIN,
            _YEAR,
            _SCENARIO,
            _key("location_type", "String", "depot, shared_hub, service_area or truck_parking"),
            Column("van_sessions_per_day", "Float64", "1/day", "expected, may be a part"),
            Column("rigid_truck_sessions_per_day", "Float64", "1/day", "the same"),
            Column("tractor_sessions_per_day", "Float64", "1/day", "the same"),
        ),
    ),
    Table(
        "session_types",
        "result",
        "How a session charges on a winter working day.",
        (_RUN, *_SESSION_TYPE),
    ),
    Table(
        "load_profiles",
        "result",
        "Mean load of a session through the day, of vehicles that are not steered together.",
        (_RUN, *_LOAD_PROFILE),
    ),
    Table(
        "own_session_types",
        "result",
        "`session_types` of terrains where an adviser knows better how vehicles drive or charge.",
        (_RUN, _TERRAIN, *_SESSION_TYPE),
    ),
    Table(
        "own_load_profiles",
        "result",
        "`load_profiles` of terrains where an adviser knows better how vehicles drive or charge.",
        (_RUN, _TERRAIN, *_LOAD_PROFILE),
    ),
    Table(
        "power",
        "result",
        "Power asked on a winter working day; peaks of location types do not add.",
        (
            _RUN,
            _TERRAIN,
            _YEAR,
            _SCENARIO,
            _key(
                "location_type",
                "String",
                "depot, shared_hub, service_area, truck_parking, or on_terrain: depot and hub",
            ),
            _STRATEGY,
            Column("design_peak_kw", "Float64", "kW", "P95 over days of the daily maximum"),
            Column("typical_peak_kw", "Float64", "kW", "P50 over days of the daily maximum"),
            Column("design_peak_16_21_kw", "Float64", "kW", "P95 of the maximum in 16:00-21:00"),
            Column("design_peak_other_hours_kw", "Float64", "kW", "the same outside those hours"),
            Column("served_share", "Float64", "1", "energy that stays and chargers allow, of all"),
            _optional(
                "simultaneity_factor",
                "Float64",
                "1",
                "design peak over one charger per session (gelijktijdigheid); empty: no session",
            ),
        ),
    ),
    Table(
        "power_bands",
        "result",
        "Band of the design peak of depots and hub together, from that of the electric vehicles.",
        (
            _RUN,
            _TERRAIN,
            _YEAR,
            _SCENARIO,
            _key("strategy", "String", "unmanaged or smart"),
            Column("design_peak_kw_p10", "Float64", "kW", "all classes at p10 of their vehicles"),
            Column("design_peak_kw_p90", "Float64", "kW", "all classes at p90 of their vehicles"),
        ),
    ),
    Table(
        "model_figures",
        "result",
        "What the model says of refined terrains: the same figures without any refinement of them.",
        (
            _RUN,
            _TERRAIN,
            _YEAR,
            _SCENARIO,
            Column("on_terrain_energy_kwh_per_year", "Float64", "kWh/year", "at depots and hubs"),
            Column("unmanaged_design_peak_kw", "Float64", "kW", "of depots and hub together"),
            Column("smart_design_peak_kw", "Float64", "kW", "the same, charging smart"),
            Column("night_block_design_peak_kw", "Float64", "kW", "the same, closed 16:00-21:00"),
        ),
    ),
    Table(
        "applied_refinements",
        "result",
        "Refinements that are in the figures of a run.",
        (_RUN, _key("refinement_id", "String", "entry of the log")),
    ),
    Table(
        "area_power",
        "result",
        "Charging power on business parks that an area gets on top of the first year of the run.",
        (
            _RUN,
            _AREA,
            _key("year", "Int64", "every year to 2050; at its end"),
            _SCENARIO,
            _STRATEGY,
            Column("added_design_peak_kw", "Float64", "kW", "pooled design peak, added"),
        ),
    ),
    Table(
        "area_fit",
        "result",
        "Added charging power of all terrains of a supply area against its capacity.",
        (
            _RUN,
            _AREA,
            _YEAR,
            _SCENARIO,
            _STRATEGY,
            Column("added_design_peak_kw", "Float64", "kW", "pooled, added since the first year"),
            _optional("headroom_kw_p10", "Float64", "kW", "after the queue; empty: not known"),
            _optional("headroom_kw_p50", "Float64", "kW", "the same"),
            _optional("headroom_kw_p90", "Float64", "kW", "the same"),
            _optional("fits_probability", "Float64", "1", "before the queue; empty: not known"),
            _optional("fits_after_queue_probability", "Float64", "1", "after the queue"),
            _optional("relief_probability", "Float64", "1", "after it, only thanks to relief"),
        ),
    ),
    Table(
        "area_fit_by_year",
        "result",
        "Probability that from a year on to 2050 the added power of an area fits, after the queue.",
        (
            _RUN,
            _AREA,
            _YEAR,
            _SCENARIO,
            _STRATEGY,
            Column("fits_for_good_probability", "Float64", "1", "only areas whose room is known"),
        ),
    ),
    Table(
        "grid_fit",
        "result",
        "Probability, over the candidate areas of a terrain, that the added power fits.",
        (
            _RUN,
            _TERRAIN,
            _YEAR,
            _SCENARIO,
            _STRATEGY,
            Column("known_probability", "Float64", "1", "that the area's figures are known"),
            Column("fits_probability", "Float64", "1", "before the queue, among known areas"),
            Column("fits_after_queue_probability", "Float64", "1", "after it, among known areas"),
            Column(
                "relief_probability", "Float64", "1", "after it, only thanks to published relief"
            ),
        ),
    ),
    Table(
        "fit_years",
        "result",
        "First year from which the added power of a terrain's area fits for good, after the queue.",
        (
            _RUN,
            _TERRAIN,
            _SCENARIO,
            _STRATEGY,
            Column("known_probability", "Float64", "1", "that the area's figures are known"),
            _optional(
                "fits_from_year_p50", "Int64", "", "among known areas; empty: not before 2050"
            ),
            _optional("fits_from_year_p90", "Int64", "", "the same, nine chances in ten"),
        ),
    ),
    Table(
        "plan_scores",
        "result",
        "What sets the terrains of one supply area apart: plots, companies and their connections.",
        (
            _RUN,
            _TERRAIN,
            _YEAR,
            _SCENARIO,
            _optional(
                "own_plot_share", "Float64", "1", "of the electric vehicles: at companies with room"
            ),
            Column("companies", "Float64", "companies", "expected, from the occupied hectares"),
            _optional(
                "smart_kw_per_company",
                "Float64",
                "kW",
                "smart design peak of the depots per company with vehicles",
            ),
            _optional(
                "connection_share",
                "Float64",
                "1",
                "of that power: at companies whose present connection carries it",
            ),
        ),
    ),
    Table(
        "plan_class",
        "result",
        "Plan class of a terrain, with the rule that gave it and what would change it.",
        (
            _RUN,
            _TERRAIN,
            _YEAR,
            _SCENARIO,
            Column("plan_class", "String", "", "own_site, collective, mitigate or not_known"),
            Column("rule_code", "String", "", "rule that decided; its words are in the catalogue"),
            _optional("margin", "Float64", "1", "of a score to the threshold that changes class"),
            _optional("margin_score", "String", "", "fit_own, fit_shared, plot, connection, known"),
            _optional("next_class", "String", "", "class beyond that threshold"),
            Column("class_with_smart", "String", "", "if companies charge smart by themselves"),
            Column("is_hub_in_reach", "Boolean", "", "a shared hub stands within reach"),
            Column("hub_reach_km", "Float64", "km", "that reach, by road"),
            _optional(
                "own_site_from_year",
                "Int64",
                "",
                "unmanaged fits for good from then on (p50); empty: not before 2050, not known",
            ),
        ),
    ),
    Table(
        "plan_class_cases",
        "result",
        "Plan class of a terrain with one threshold moved by a fifth.",
        (
            _RUN,
            _TERRAIN,
            _YEAR,
            _SCENARIO,
            _key("threshold_key", "String", "assumption that is moved"),
            _key("threshold_factor", "Float64", "times its value", "1"),
            Column("plan_class", "String", "", "as in plan_class"),
        ),
    ),
    Table(
        "plan_class_sensitivity",
        "result",
        "Part of the terrains whose plan class changes when one threshold moves.",
        (
            _RUN,
            _key("threshold_key", "String", "assumption that moves"),
            _key("threshold_factor", "Float64", "times its value", "1"),
            _YEAR,
            _SCENARIO,
            Column("changed_share", "Float64", "1", "of all terrains"),
        ),
    ),
    Table(
        "hubs",
        "result",
        "Shared hubs: business parks where enough demand comes together for one, and its size.",
        (
            _RUN,
            _key("terrain_id", "String", "RIN of the terrain that the hub stands on"),
            _YEAR,
            _SCENARIO,
            Column("opened_year", "Int64", "", "year of the run from which it carries itself"),
            Column("served_terrains", "Int64", "terrains", "terrains within reach, its own too"),
            *_SIZES,
        ),
    ),
    Table(
        "terrain_hubs",
        "result",
        "The shared hub that serves a terrain.",
        (
            _RUN,
            _TERRAIN,
            _YEAR,
            _SCENARIO,
            _optional("hub_terrain_id", "String", "", "terrain of the hub; empty: none in reach"),
            _optional("hub_distance_km", "Float64", "km", "to it, as the crow flies"),
        ),
    ),
    Table(
        "site_demand",
        "result",
        "What is charged on real sites along the roads, and the charge points that takes.",
        (
            _RUN,
            _key("site_id", "String", "OpenStreetMap object"),
            _YEAR,
            _SCENARIO,
            _key("location_type", "String", "service_area or truck_parking"),
            Column("energy_kwh_per_year", "Float64", "kWh/year", "of Dutch fleets"),
            Column("foreign_energy_kwh_per_year", "Float64", "kWh/year", "of foreign trucks"),
            *_SIZES,
            Column(
                "afir_pool_factor",
                "Float64",
                "1",
                "installed over what AFIR asks of a pool in 2030: 3,600 kW, parkings 400 kW",
            ),
            Column("ten_t_class", "String", "", "core, comprehensive, none or not_known"),
        ),
    ),
    Table(
        "charge_points",
        "result",
        "Charge points by power: of a terrain's depots, of hubs and of sites along the roads.",
        (
            _RUN,
            _key("location_type", "String", "depot, shared_hub, service_area or truck_parking"),
            _key("place_id", "String", "terrain_id of a depot or hub, site_id of a site"),
            _YEAR,
            _SCENARIO,
            _key("power_class_kw", "Int64", "11, 22, 50, 100, 150, 350 or 1000", "kW"),
            Column("access", "String", "", "private, shared (companies of a park) or public"),
            Column("charge_points", "Float64", "points", "of a depot: expected, may be a part"),
            Column("installed_kw", "Float64", "kW", "points times power class"),
            Column("space_m2", "Float64", "m2", "pitches with room to manoeuvre"),
        ),
    ),
)

_RESULTS_NATIONAL: Final = (
    Table(
        "terrain_figures",
        "result",
        "Figures of a terrain that add up over terrains.",
        (
            _RUN,
            _TERRAIN,
            _YEAR,
            _SCENARIO,
            Column("terrains", "Float64", "terrains", "one"),
            *(
                Column(f"{name}_terrains", "Float64", "terrains", f"one if its class is {name}")
                for name in PLAN_CLASSES
            ),
            Column("vehicles", "Float64", "vehicles", "all powertrains"),
            Column("electric_vans", "Float64", "vehicles", "battery-electric"),
            Column("electric_trucks", "Float64", "vehicles", "the same, both classes of trucks"),
            Column("depot_energy_kwh_per_year", "Float64", "kWh/year", "at depots"),
            Column("shared_hub_energy_kwh_per_year", "Float64", "kWh/year", "at shared hubs"),
            Column("private_charge_points", "Float64", "points", "at depots"),
            Column("shared_charge_points", "Float64", "points", "at the hub that stands here"),
        ),
    ),
    Table(
        "national_summary",
        "result",
        "The country in one row per year and scenario: vehicles on business parks and off them.",
        (
            _RUN,
            _YEAR,
            _SCENARIO,
            Column("electric_vans", "Float64", "vehicles", "battery-electric vans"),
            Column("electric_trucks", "Float64", "vehicles", "battery-electric rigids, tractors"),
            Column("energy_kwh_per_year", "Float64", "kWh/year", "energy of all of them"),
        ),
    ),
    Table(
        "regional_summary",
        "result",
        "Terrains added up to regions and the nation; peaks are those of pooled sessions.",
        (
            _RUN,
            _key("level", "String", "municipality, province, nal_region, supply_area or nation"),
            _key(
                "region_id",
                "String",
                "code of a municipality, name of a province or NAL region, supply_area_id (none: "
                "in no area), or NL",
            ),
            Column("region_name", "String", "", "name"),
            _YEAR,
            _SCENARIO,
            Column(
                "terrains",
                "Float64",
                "terrains",
                "in a supply area, here and below: expected, each terrain by the probability that "
                "it lies there",
            ),
            Column("own_site_terrains", "Float64", "terrains", "of that plan class"),
            Column("collective_terrains", "Float64", "terrains", "of that plan class"),
            Column("mitigate_terrains", "Float64", "terrains", "of that plan class"),
            Column("not_known_terrains", "Float64", "terrains", "of that plan class"),
            Column("vehicles", "Float64", "vehicles", "based on terrains, all powertrains"),
            Column("electric_vans", "Float64", "vehicles", "battery-electric among them"),
            Column("electric_trucks", "Float64", "vehicles", "battery-electric rigids, tractors"),
            Column("depot_energy_kwh_per_year", "Float64", "kWh/year", "charged at their depots"),
            Column(
                "shared_hub_energy_kwh_per_year",
                "Float64",
                "kWh/year",
                "charged at hubs, counted where the vehicles are based",
            ),
            Column("private_charge_points", "Float64", "points", "at depots, expected"),
            Column("shared_charge_points", "Float64", "points", "at hubs that stand here"),
            _optional(
                "public_charge_points",
                "Float64",
                "points",
                "along the roads; only of the nation, sites are points without a municipality",
            ),
            *(
                Column(
                    f"{strategy}_design_peak_kw",
                    "Float64",
                    "kW",
                    "P95 of the daily maximum of depots and hubs pooled" + steered,
                )
                for strategy, steered in (
                    ("unmanaged", ""),
                    ("smart", ", all terrains steered as one"),
                    ("night_block", ", all terrains steered as one"),
                )
            ),
        ),
    ),
)

_RECORDS: Final = (
    Table(
        "refinements",
        "record",
        "Local corrections by advisers; append-only: an undo is an entry of its own.",
        (
            _key("refinement_id", "String", "identifier; later ones sort after earlier ones"),
            Column("terrain_id", "String", "", "RIN of the terrain it corrects"),
            Column("terrain_name", "String", "", "its name when the entry was made"),
            Column("field", "String", "", "what is corrected, see forecast.fields"),
            _optional("value", "Float64", "that of the field", "the corrected value; empty: undo"),
            Column("unit", "String", "", "unit of the value"),
            _optional("year", "Int64", "", "year in which it holds; empty: from today on"),
            Column(
                "municipal_rest",
                "String",
                "",
                "rebalance: the rest of the municipality keeps its total; or leave",
            ),
            Column("author_name", "String", "", "who"),
            Column("observed_on", "Date", "", "day of the talk, survey, reading or visit"),
            Column("entered_at", "Datetime", "", "when it was entered, UTC"),
            Column("reason", "String", "", "why"),
            Column("source", "String", "", "talk, survey, meter data or visit"),
            _optional("undoes", "String", "", "the entry that this one takes back"),
        ),
    ),
    Table(
        "meter_connections",
        "record",
        "Connections of which a company gave meter data; stays in the database.",
        (
            _CONNECTION,
            Column("terrain_id", "String", "", "terrain it stands on"),
            Column("kind", "String", "", "company, or terrain for the terrain as a whole"),
            _optional("company_name", "String", "", "private: whose it is"),
            _optional("ean_codes", "String", "", "private: EAN of the connection, comma-separated"),
            Column("contract_kw", "Float64", "kW", "contracted power (GTV), given at import"),
            _optional("connection_kva", "Float64", "kVA", "physical capacity, given at import"),
            Column("first_quarter_at", "Datetime", "", "begin of its first quarter-hour, UTC"),
            Column("last_quarter_at", "Datetime", "", "begin of its last quarter-hour, UTC"),
            Column("quarters", "Int64", "quarters", "quarter-hours measured"),
            Column("missing_quarters", "Int64", "quarters", "not measured between first and last"),
            Column("author_name", "String", "", "who brought it in"),
            Column("entered_at", "Datetime", "", "when, UTC"),
            Column("source_files", "String", "", "private: names of the files, comma-separated"),
            Column("source_hash", "String", "", "sha256 of their content"),
        ),
    ),
    Table(
        "meter_readings",
        "record",
        "Quarter-hours of those connections; a quarter not measured has no row.",
        (
            _CONNECTION,
            _key("interval_start_utc", "Datetime", "begin of the quarter-hour, UTC"),
            Column("offtake_kw", "Float64", "kW", "taken from the grid, mean over the quarter"),
            Column("feed_in_kw", "Float64", "kW", "fed into it, mean over the quarter"),
        ),
    ),
    Table(
        "meter_rooms",
        "record",
        "Room in the contract of those connections, as the page of a terrain shows it.",
        (
            _CONNECTION,
            Column("days", "Int64", "days", "local days with a quarter-hour measured"),
            Column("highest_kw", "Float64", "kW", "highest quarter-hour taken from the grid"),
            Column("room_kw_p05", "Float64", "kW", "there all day on 95 % of days"),
            Column(
                "room_16_21_kw_p05", "Float64", "kW", "there from 16:00 to 21:00 on 95 % of days"
            ),
            Column(
                "room_night_kw_p05", "Float64", "kW", "there from 21:00 to 6:00 on 95 % of nights"
            ),
        ),
    ),
    Table(
        "runs",
        "record",
        "Every published run.",
        (
            _key("run_id", "String", "identifier"),
            _EDITION,
            Column("code_version", "String", "", "version of laadvraag"),
            Column("assumptions_hash", "String", "", "sha256 of the assumptions and scenarios"),
            Column("data_hashes", "String", "", "JSON: source file to its sha256"),
            Column("scenario_set", "String", "", "scenarios, comma-separated"),
            Column("years", "String", "", "years, comma-separated"),
            Column("started_at", "Datetime", "", "UTC"),
            Column("ended_at", "Datetime", "", "UTC"),
            _optional(
                "refined_at", "Datetime", "", "when later refinements were laid over it, UTC"
            ),
        ),
    ),
)

_ANSWER: Final = _key("answer_id", "String", "identifier; later answers sort after earlier ones")
_GROUP: Final = _key(
    "vehicle_group", "String", "van, rigid_truck, tractor, or truck for both classes of trucks"
)

_SURVEY: Final = (
    Table(
        "survey_answers",
        "record",
        "What a company answered in a survey; of one company the latest answer counts.",
        (
            _ANSWER,
            Column("terrain_id", "String", "", "RIN of the terrain the company is on"),
            Column(
                "company_number", "Int64", "", "of the company on its terrain; it is never reused"
            ),
            Column("is_removed", "Boolean", "", "the company withdrew; its answers are deleted"),
            Column("covers_all", "Boolean", "", "the survey was said to hold every company"),
            _optional("connection_size", "String", "", "small (up to 3x80 A) or large"),
            _optional("contract_kw", "Float64", "kW", "contracted to take from the grid"),
            _optional("feed_in_kw", "Float64", "kW", "contracted to feed into the grid"),
            _optional("connection_kw", "Float64", "kW", "that the connection itself carries"),
            _optional("requested_kw", "Float64", "kW", "asked of the grid operator, still open"),
            Column("author_name", "String", "", "who imported or removed it"),
            Column("observed_on", "Date", "", "day of the answer"),
            Column("entered_at", "Datetime", "", "when it was imported, UTC"),
        ),
    ),
    Table(
        "survey_fleets",
        "record",
        "The vehicles of a company in its answer; empty is not answered.",
        (
            _ANSWER,
            _GROUP,
            _optional("vehicles", "Int64", "vehicles", "all powertrains"),
            _optional("electric_vehicles", "Int64", "vehicles", "battery-electric among them, now"),
            _optional("charge_points", "Int64", "points", "for them, now"),
            _optional("charger_kw", "Float64", "kW", "of a point"),
            _optional("distance_km_per_year", "Float64", "km/year", "of a vehicle"),
        ),
    ),
    Table(
        "survey_plans",
        "record",
        "The electric vehicles that a company plans.",
        (
            _ANSWER,
            _GROUP,
            _YEAR,
            Column("electric_vehicles", "Int64", "vehicles", "battery-electric at the end of it"),
        ),
    ),
    Table(
        "survey_schedules",
        "record",
        "When vehicles of a company are out.",
        (
            _ANSWER,
            _GROUP,
            _key("schedule_number", "Int64", "in the order of the answer"),
            Column("vehicles", "Int64", "vehicles", "that keep it"),
            Column("weekdays", "String", "", "1 (Monday) to 7 (Sunday), such as 12345"),
            Column("departure_hour", "Float64", "hour", "first departure of the day"),
            Column("return_hour", "Float64", "hour", "last return; earlier than it: the next day"),
        ),
    ),
    Table(
        "survey_contacts",
        "record",
        "Who answered: private, in no export, page or map unless asked for by name.",
        (
            _ANSWER,
            Column("company_name", "String", "", "name of the company"),
            _optional("contact", "String", "", "person, address or number"),
            _optional("ean_code", "String", "", "of the connection, 18 digits"),
        ),
    ),
)

_EDITIONS: Final = (
    Table(
        "run_editions",
        "record",
        "Imported editions that a run used in place of the embedded data.",
        (
            _RUN,
            _IMPORT,
            Column("source_name", "String", "", "source of the edition"),
            Column("dataset_name", "String", "", "part of the source"),
        ),
    ),
    Table(
        "editions",
        "record",
        "Every file that was imported; append-only.",
        (
            _IMPORT,
            Column("content_id", "String", "", "hash of the file and of what was read in it"),
            Column("source_name", "String", "", "source, such as ibis"),
            Column("dataset_name", "String", "", "part of it, such as a table of CBS"),
            Column("file_name", "String", "", "name of the file, without its folder"),
            Column("file_sha256", "String", "", "checksum of the file"),
            Column("file_bytes", "Int64", "byte", "size of the file"),
            Column("format_name", "String", "", "what kind of file it is"),
            Column("encoding", "String", "", "encoding of its texts"),
            _optional("reference_date", "Date", "", "day its figures hold on; empty: not said"),
            _optional("stated_crs", "String", "", "reference system that the file states"),
            _optional("found_crs", "String", "", "reference system its coordinates are in"),
            Column("licence", "String", "", "licence of the source"),
            Column(
                "is_whole",
                "Boolean",
                "",
                "it takes the place of what was held; false: row by row, the rest stays",
            ),
            Column("imported_at", "Datetime", "", "when, UTC"),
            Column("code_version", "String", "", "version of laadvraag that read it"),
            Column("rows_read", "Int64", "rows", "rows or features of the file"),
            Column("rows_used", "Int64", "rows", "among them, in the tables"),
            Column("rows_passed_over", "Int64", "rows", "of kinds that are not of use"),
            Column("rows_quarantined", "Int64", "rows", "that could not be used"),
        ),
    ),
    Table(
        "quarantine",
        "record",
        "Rows of imported files that could not be used, with their text.",
        (
            _IMPORT,
            _key("quarantine_number", "Int64", "place in the list, from 1"),
            Column("row_number", "Int64", "", "line of a CSV, else number of the feature"),
            Column("reason", "String", "", "why, as a sentence"),
            Column("original", "String", "", "the row as it was, as JSON"),
        ),
    ),
    Table(
        "import_notes",
        "record",
        "What was odd in imported files, or changed, and what became of it.",
        (
            _IMPORT,
            _key("note_number", "Int64", "place in the list, from 1"),
            Column("row_key", "String", "", "key of the row, or empty for the whole file"),
            Column("note_code", "String", "", "kind of oddity"),
            Column("note", "String", "", "a sentence"),
        ),
    ),
)

IMPORTED_PREFIX: Final = "imported_"
_IMPORTABLE: Final = (
    "terrains",
    "terrain_outlines",
    "region_outlines",
    "vehicle_counts",
    "postcode_municipalities",
    "establishment_counts",
    "ze_zones",
    "zone_issues",
    "supply_areas",
    "postcode_congestion",
    "supply_area_works",
    "truck_sites",
    "charging_sites",
    "external_forecasts",
)


def _kept(table: Table) -> Table:
    """Return the table that keeps every imported edition of a source table."""
    columns = (_IMPORT, *(column for column in table.columns if column != _EDITION))
    meaning = f"Rows of `{table.name}` of every imported edition; append-only."
    return Table(IMPORTED_PREFIX + table.name, "import", meaning, columns)


_IMPORTS: Final = tuple(
    _kept(table) for table in (*_SOURCES, *_BESIDE) if table.name in _IMPORTABLE
)

TABLES: Final[dict[str, Table]] = {
    table.name: table
    for table in (
        *_SOURCES,
        *_BESIDE,
        *_RESULTS,
        *_RESULTS_NATIONAL,
        *_RECORDS,
        *_SURVEY,
        *_EDITIONS,
        *_IMPORTS,
    )
}


def tables_of(layer: Layer) -> tuple[Table, ...]:
    """Return the tables of a layer, in the order of the data's way."""
    return tuple(table for table in TABLES.values() if table.layer == layer)


def stored_tables() -> tuple[Table, ...]:
    """Return the tables that a database file holds."""
    return tuple(table for table in TABLES.values() if table.layer != "beside")


def no_results(table_name: str) -> pl.DataFrame:
    """Return a table of results without rows, and without its run, as steps make it."""
    import polars as pl

    return pl.DataFrame(schema=TABLES[table_name].polars_schema()).drop("run_id")


def conform(
    frame: pl.DataFrame, table_name: str, *, add: dict[str, str] | None = None
) -> pl.DataFrame:
    """Return the frame with exactly the columns of a table, in their order and type.

    Parameters
    ----------
    frame
        Rows to check.
    table_name
        A key of `TABLES`.
    add
        Constant text columns to add first, such as ``{"run_id": ...}``.

    Raises
    ------
    SchemaError
        On a missing, surplus or mistyped column, a null where none may be, or a repeated key;
        all problems at once.
    """
    import polars as pl

    table = TABLES[table_name]
    frame = frame.with_columns(**{name: pl.lit(value) for name, value in (add or {}).items()})
    schema = table.polars_schema()
    problems = [f"column {name} is missing" for name in schema if name not in frame.columns]
    problems += [f"column {name} is not in the schema" for name in _surplus(frame, schema)]
    if not problems:
        frame = frame.select(schema.names())
        problems += [
            f"column {name} is {frame.schema[name]}, expected {dtype}"
            for name, dtype in schema.items()
            if frame.schema[name] != dtype
        ]
        problems += [
            f"column {column.name} has {nulls} empty values"
            for column in table.columns
            if not column.is_nullable and (nulls := frame[column.name].null_count())
        ]
    if not problems and table.keys and (repeated := frame.select(table.keys).is_duplicated()).any():
        examples = frame.filter(repeated).select(table.keys).head(3).rows()
        problems.append(f"{repeated.sum()} rows share a key ({', '.join(table.keys)}): {examples}")
    if problems:
        raise SchemaError(table_name, problems)
    return frame


def _surplus(frame: pl.DataFrame, schema: Iterable[str]) -> list[str]:
    known = set(schema)
    return [name for name in frame.columns if name not in known]
