using System.Text;
using System.Text.Unicode;

namespace ModelScan.RoutingApi.Wire;

/// <summary>What a provider sent, before anything of it is passed on.</summary>
internal static class ProviderText
{
    /// <summary>The same bytes where they are UTF-8, else with U+FFFD for what is not: clients' parsers stop at such bytes.</summary>
    public static ReadOnlySpan<byte> Valid(ReadOnlySpan<byte> bytes) =>
        Utf8.IsValid(bytes) ? bytes : Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(bytes));
}
