using System.Globalization;
using ModelScan.RoutingApi.Configuration;

namespace ModelScan.RoutingApi.Decisions.Sessions;

/// <summary>The budget that applies to one request: the configured one, with the percentage the client may have sent.</summary>
public static class SwitchBudgetHeader
{
    /// <summary>
    /// Applies <c>x-plano-max-switch-spend-pct</c>: a decimal number in 0..100 replaces the configured percentage and leaves the
    /// other settings, or makes a budget with default settings where none is configured. Anything else is ignored.
    /// </summary>
    /// <param name="header">The header's value, or <see langword="null"/>.</param>
    /// <param name="configured">The configured budget, if any.</param>
    /// <param name="ignored">Whether there was a value that could not be used, which deserves a warning.</param>
    public static SwitchBudgetConfig? Apply(string? header, SwitchBudgetConfig? configured, out bool ignored)
    {
        ignored = false;
        if (header is null)
            return configured;
        const NumberStyles Plain = NumberStyles.AllowLeadingWhite | NumberStyles.AllowTrailingWhite | NumberStyles.AllowDecimalPoint;
        if (!double.TryParse(header, Plain, CultureInfo.InvariantCulture, out var percent) || percent is not (>= 0 and <= 100))
        {
            ignored = true;
            return configured;
        }

        return configured is null ? new SwitchBudgetConfig(percent) : configured with { MaxSwitchSpendPct = percent };
    }
}
