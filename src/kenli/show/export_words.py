"""The words of the exported workbook in English and Chinese, one line a word."""

from __future__ import annotations

from typing import Final, Literal

Language = Literal["en", "zh"]
LANGUAGES: Final[tuple[Language, ...]] = ("en", "zh")

WORDS: Final[dict[str, tuple[str, str]]] = {
    # sheets
    "summary": ("Summary", "概要"),
    "capacities": ("Capacities", "装机容量"),
    "costs": ("Costs", "成本"),
    "emissions": ("Emissions", "碳排放"),
    "indicators": ("Indicators", "指标"),
    "limits": ("Limits", "约束"),
    "monthly_balance": ("Monthly balance", "月度平衡"),
    "dispatch": ("Hourly dispatch", "逐时运行"),
    "factors": ("Factors", "因子"),
    # headers
    "item": ("Item", "项目"),
    "value": ("Value", "数值"),
    "unit": ("Unit", "单位"),
    "component": ("Component", "组件"),
    "name": ("Name", "名称"),
    "kind": ("Kind", "类型"),
    "quantity": ("Quantity", "量"),
    "existing": ("Existing", "已有"),
    "built": ("Built", "新建"),
    "total": ("Total", "合计"),
    "minimum": ("Minimum", "下限"),
    "maximum": ("Maximum", "上限"),
    "investment": ("Investment", "投资"),
    "annuity": ("Annuity", "年金"),
    "fixed_om": ("Fixed O&M", "固定运维"),
    "capacity_price": ("Worth of one more unit", "边际价值"),
    "utilisation": ("Utilisation", "利用率"),
    "term": ("Term", "成本项"),
    "contract": ("Contract", "合同"),
    "amount": ("Amount", "金额"),
    "scope": ("Scope", "范围"),
    "carrier": ("Carrier", "载体"),
    "factor_id": ("Factor", "因子"),
    "activity": ("Activity", "活动量"),
    "mean_factor": ("Mean factor", "平均因子"),
    "emission": ("Emission", "排放量"),
    "indicator": ("Indicator", "指标"),
    "basis": ("Rule", "计算规则"),
    "limit": ("Limit", "约束"),
    "sense": ("Sense", "方向"),
    "bound": ("Bound", "限值"),
    "slack": ("Slack", "裕度"),
    "shadow_price": ("Shadow price", "影子价格"),
    "binding": ("Binding", "是否起作用"),
    "bus": ("Bus", "母线"),
    "direction": ("Direction", "方向"),
    "step": ("Step", "时段"),
    "local": ("Local time", "当地时间"),
    "weight": ("Weight", "权重"),
    "duration": ("Duration", "时长"),
    "year": ("Year", "年份"),
    "region": ("Region", "地区"),
    "source": ("Source", "来源"),
    "confidence": ("Confidence", "可信度"),
    "note": ("Note", "备注"),
    "used_by": ("Used by", "使用者"),
    # summary
    "label": ("Label", "标注"),
    "run": ("Run", "运行"),
    "created": ("Created (UTC)", "生成时间(UTC)"),
    "kenli": ("Kenli version", "Kenli 版本"),
    "park": ("Park", "园区"),
    "description": ("Description", "说明"),
    "weather": ("Weather", "气象数据"),
    "horizon": ("Horizon", "时间范围"),
    "currency": ("Currency", "货币"),
    "discount_rate": ("Discount rate", "折现率"),
    "solver": ("Solver", "求解器"),
    "statement": ("Certificate", "最优性证书"),
    "gap": ("Relative gap", "相对间隙"),
    "warning": ("Warning", "警告"),
    "cost": ("Cost", "年成本"),
    "emission_scope_1": ("Emissions, scope 1", "范围一排放"),
    "emission_scope_2": ("Emissions, scope 2", "范围二排放"),
    "emission_scope_3": ("Emissions, scope 3", "范围三排放"),
    "demand_electricity_mwh": ("Electricity demand", "用电需求"),
    "consumption_electricity_mwh": ("Electricity consumption", "用电量"),
    "cost_per_mwh": ("Cost per MWh consumed", "单位用电成本"),
    "clean_share_hourly": ("Clean share, hourly", "逐时清洁电力占比"),
    "lcoe": ("Cost of electricity", "度电成本"),
    # values
    "yes": ("yes", "是"),
    "no": ("no", "否"),
    "unlimited": ("unlimited", "不限"),
    "unknown": ("not known", "未知"),
    "none": ("none", "无"),
    "whole_park": ("park as a whole", "园区整体"),
    "in": ("taken from the bus", "自母线取用"),
    "out": ("given to the bus", "送入母线"),
    "sum": ("Sum", "合计"),
    "only_first": (
        "The first {shown} of {all} steps; the CSV export holds all of them.",
        "仅列出前 {shown} 个时段(共 {all} 个);全部数据见 CSV 导出。",
    ),
    "sign": (
        "Positive: given to the bus; negative: taken from it.",
        "正值:送入母线;负值:自母线取用。",
    ),
    # kinds of components
    "kind.source": ("source", "电源"),
    "kind.converter": ("converter", "转换设备"),
    "kind.storage": ("storage", "储能"),
    "kind.connection": ("connection", "联络线"),
    "kind.demand": ("demand", "需求"),
    "kind.grid": ("grid", "电网"),
    "kind.market": ("market", "市场"),
    "quantity.power": ("power", "功率"),
    "quantity.energy": ("energy", "容量"),
    "quantity.charge": ("charging power", "充电功率"),
    "quantity.import": ("import", "下网"),
    "quantity.export": ("export", "上网"),
    "quantity.contracted": ("contracted", "合同容量"),
    "confidence.high": ("high", "高"),
    "confidence.medium": ("medium", "中"),
    "confidence.low": ("low", "低"),
    # terms of the objective that have a name of their own; another one is shown as it is stored
    "term.annuity": ("annuity", "投资年金"),
    "term.fixed_om": ("fixed O&M", "固定运维"),
    "term.variable_om": ("variable O&M", "可变运维"),
    "term.energy_purchase": ("energy purchase", "购能"),
    "term.demand_charge": ("demand charge", "需量电费"),
    "term.carbon_price": ("carbon price", "碳成本"),
    "term.sales": ("sales", "售能收入"),
    "term.shortage": ("shortage", "缺供惩罚"),
}


def word(key: str, language: Language) -> str:
    """Return a word in the language; raises KeyError for one that nobody translated."""
    return WORDS[key][LANGUAGES.index(language)]


def stored_word(group: str, value: str, language: Language) -> str:
    """Return the name of a stored value such as a term; the value itself where it has no other name."""
    key = f"{group}.{value}"
    return word(key, language) if key in WORDS else value
