using System.Globalization;
using ModelScan.RoutingApi.Configuration.Reading;
using ModelScan.RoutingApi.RequestLog.Filters;
using ModelScan.RoutingApi.RequestLog.Reading;
using ModelScan.RoutingApi.RequestLog.Records;

namespace ModelScan.RoutingApi.Endpoints.RequestLog;

/// <summary>Reads what a client wants to see of the log out of a query string.</summary>
internal static class RequestQuery
{
    private const int MaxColumns = 3;

    /// <summary>The filter: <c>filter</c>, and <c>since</c> and <c>until</c>, which may stand beside it.</summary>
    /// <exception cref="InvalidRequestException">It cannot be read.</exception>
    public static RequestFilter FilterOf(HttpRequest request, DateTimeOffset now)
    {
        var text = request.Query["filter"].ToString();
        foreach (var name in (ReadOnlySpan<string>)["since", "until"])
        {
            if (request.Query[name] is { Count: > 0 } value)
                text = $"{text} {name}:{value}";
        }

        return FilterParser.Parse(text, now);
    }

    /// <summary>Where a page begins: <c>before</c>, the id that ended the page before it.</summary>
    /// <exception cref="InvalidRequestException">It is no id.</exception>
    public static RequestId? CursorOf(HttpRequest request) =>
        request.Query["before"].ToString() is not { Length: > 0 } text ? null
        : RequestId.TryParse(text, out var id) ? id
        : throw new InvalidRequestException("before", $"'{text}' is no id of a request: give the next of the page before");

    /// <summary>A whole number within bounds.</summary>
    /// <exception cref="InvalidRequestException">It is none.</exception>
    public static int NumberOf(HttpRequest request, string name, int otherwise, int min, int max) =>
        request.Query[name].ToString() is not { Length: > 0 } text ? otherwise
        : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= min && number <= max ? number
        : throw new InvalidRequestException(name, $"must be a whole number from {min} to {max}, not '{text}'");

    /// <summary>One of some words.</summary>
    /// <exception cref="InvalidRequestException">It is none of them.</exception>
    public static string WordOf(HttpRequest request, string name, params ReadOnlySpan<string> known)
    {
        var text = request.Query[name].ToString();
        return text.Length == 0 ? known[0] : known.Contains(text) ? text : throw new InvalidRequestException(name, $"must be {string.Join(" or ", known.ToArray())}, not '{text}'");
    }

    /// <summary>How to put together: <c>group_by=model,route</c>, <c>interval=1h</c>.</summary>
    /// <exception cref="InvalidRequestException">It cannot be done so.</exception>
    public static (AggregateGrouping Grouping, IReadOnlyList<string> Names) GroupingOf(HttpRequest request)
    {
        var names = request.Query["group_by"].ToString().Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        if (names.Length > MaxColumns)
            throw new InvalidRequestException("group_by", $"at most {MaxColumns} of them");
        var columns = names.Select(name => FilterParser.TextColumn(name) ?? throw new InvalidRequestException("group_by", $"'{name}' is nothing to group by; there are {string.Join(", ", FilterParser.TextKeyNames)}"));
        TimeSpan? interval = null;
        if (request.Query["interval"].ToString() is { Length: > 0 } text)
        {
            interval = Quantities.TryParseDuration(text, out var length) && length >= TimeSpan.FromSeconds(1)
                ? length
                : throw new InvalidRequestException("interval", $"must be a duration of at least a second such as 1m, 1h or 1d, not '{text}'");
        }

        return (new AggregateGrouping([.. columns], interval), names);
    }
}
