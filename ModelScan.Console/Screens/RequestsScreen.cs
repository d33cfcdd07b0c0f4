using System.Globalization;
using Microsoft.AspNetCore.Http;
using ModelScan.WebConsole.Pages;
using ModelScan.WebConsole.Parts;

namespace ModelScan.WebConsole.Screens;

/// <summary><c>/console/requests</c>: what has been asked of the gateway, the latest first.</summary>
/// <param name="time">The clock.</param>
internal sealed class RequestsScreen(TimeProvider time) : IScreen
{
    /// <summary>Rows of a page: what a browser lays out within the time that a person takes for at once.</summary>
    public const int PageSize = 50;

    // Each is a question to the log.
    private const int MostWays = 6;

    /// <inheritdoc/>
    public async Task<Screen> ShowAsync(ScreenRequest request)
    {
        var (filter, range) = (request["q"].Trim(), TimeRange.Find(request["since"]));
        if (UtcOf(request["from"]) is { } from)
            return Screen.To(Links.Requests(Narrow(filter, from, UtcOf(request["to"]) ?? time.GetUtcNow()), "all"));
        var before = request["before"] is { Length: > 0 } cursor ? cursor : null;
        var list = await request.Api.ListAsync(filter, range.Since, before, PageSize);
        var model = new RequestsModel { Filter = filter, Range = range, Before = before, Address = request.Address, Problem = list.Problem, Hidden = HiddenFrom(request.Context.Request.Cookies["modelscan-view"]) };
        var status = await request.Api.StatusAsync();
        model = model with { FilterKeys = status.Value?.FilterKeys ?? [], IsLogOff = list.Status == StatusCodes.Status503ServiceUnavailable && status.Value is { Store: "none", Problem: null } };
        if (model.IsLogOff)
            model = model with { Problem = null };
        if (list.Value is { Data.Count: > 0 } page)
            model = model with { Rows = page.Data, Next = page.Next, Histogram = await HistogramAsync(request, filter, range) };
        else if (list.Problem is null && !model.IsLogOff)
            model = await WithWaysAsync(request, model);
        return Screen.Of<RequestsView, RequestsModel>("Requests", "requests", model);
    }

    // As the page's script notes it: names of columns, and "room" for rows with less of it.
    private static string[] HiddenFrom(string? cookie) =>
        [.. (cookie ?? "").Split('.', StringSplitOptions.RemoveEmptyEntries).Where(name => name == "room" || RequestsModel.Columns.Any(column => column.Name == name)).Distinct(StringComparer.Ordinal)];

    private async Task<HistogramModel?> HistogramAsync(ScreenRequest request, string filter, TimeRange range)
    {
        if (range.Since is null && SpanOf(filter) is { } span)
            return await HistogramAsync(request, filter, span.Range, span.Until);
        return await HistogramAsync(request, filter, range, time.GetUtcNow());
    }

    private static async Task<HistogramModel?> HistogramAsync(ScreenRequest request, string filter, TimeRange range, DateTimeOffset until)
    {
        var groups = await request.Api.AggregateAsync(filter, range.Since, interval: range.Interval);
        return groups.Value is { } counted
            ? HistogramModel.Of(counted.Data, range, until, (from, to) => Links.Requests(Narrow(filter, from, to), "all"))
            : null;
    }

    // A bar that was clicked leaves its time in the filter: within that, there are bars again.
    private static (TimeRange Range, DateTimeOffset Until)? SpanOf(string filter)
    {
        if (MomentOf(filter, "since:") is not { } since || MomentOf(filter, "until:") is not { } until || until <= since)
            return null;
        var seconds = Math.Max(1, (int)Math.Ceiling((until - since).TotalSeconds / TimeRange.All[0].Bars));
        return (new TimeRange("all", "", $"{seconds}s", TimeSpan.FromSeconds(seconds), TimeRange.All[0].Bars + 1), until);
    }

    private static DateTimeOffset? MomentOf(string filter, string key) =>
        RequestFilterText.Conditions(filter).FirstOrDefault(condition => condition.StartsWith(key, StringComparison.Ordinal)) is { } condition
        && DateTimeOffset.TryParse(condition[key.Length..], CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var moment) ? moment : null;

    // As a browser's field has it, or with a zone of its own.
    private static DateTimeOffset? UtcOf(string text) =>
        DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var moment) ? moment : null;

    private static string Narrow(string filter, DateTimeOffset from, DateTimeOffset to) =>
        RequestFilterText.With(RequestFilterText.With(filter, $"since:{from.UtcDateTime:s}Z"), $"until:{to.UtcDateTime:s}Z");

    // Which single thing to let go of, so that there is something to see.
    private static async Task<RequestsModel> WithWaysAsync(ScreenRequest request, RequestsModel model)
    {
        var isWide = model.Filter.Length == 0 && model.Range.Since is null && model.Before is null;
        if (isWide || !await AnyAsync("", null))
            return model with { IsFirst = true };
        var ways = new List<WayOut>();
        if (model.Range.Since is not null && await AnyAsync(model.Filter, null))
            ways.Add(new WayOut($"earlier than {model.Range.Title} ago", Links.Requests(model.Filter, "all")));
        foreach (var condition in model.Conditions.Take(MostWays))
        {
            var rest = RequestFilterText.Without(model.Filter, condition);
            if (await AnyAsync(rest, model.Range.Since))
                ways.Add(new WayOut($"without {condition}", Links.Requests(rest, model.SinceInLinks)));
        }

        return model with { Ways = ways };

        async Task<bool> AnyAsync(string filter, string? since) => (await request.Api.ListAsync(filter, since, null, 1)).Value is { Data.Count: > 0 };
    }
}
