using System.Globalization;

namespace ModelScan.RoutingApi.Routing.Records;

/// <summary>HTTP statuses as texts, each made once.</summary>
internal static class Statuses
{
    private static readonly string[] Texts = [.. Enumerable.Range(0, 600).Select(status => status.ToString(CultureInfo.InvariantCulture))];

    /// <summary>The text of a status.</summary>
    public static string Text(int status) => (uint)status < (uint)Texts.Length ? Texts[status] : "0";
}
