using ModelScan.WebConsole.Pages;
using ModelScan.WebConsole.Parts;

namespace ModelScan.WebConsole.Screens;

/// <summary><c>/console/overview</c>: how it goes, in numbers, and how providers and feeds are.</summary>
/// <param name="time">The clock.</param>
internal sealed class OverviewScreen(TimeProvider time) : IScreen
{
    private const int MostGroups = 12;

    private static readonly (string Key, string Title)[] By = [("route", "Route"), ("model", "Model"), ("provider", "Provider"), ("key", "Key")];

    /// <inheritdoc/>
    public async Task<Screen> ShowAsync(ScreenRequest request)
    {
        var range = request["since"].Length == 0 ? TimeRange.Usual : TimeRange.Find(request["since"]);
        var all = await request.Api.AggregateAsync("", range.Since);
        var (providers, config) = (await request.Api.ProvidersAsync(), await request.Api.ConfigAsync());
        var model = new OverviewModel
        {
            Range = range,
            Address = request.Address,
            Problem = all.Problem,
            All = all.Value?.Data is [var entry, ..] ? entry : null,
            Health = providers.Value?.Health ?? [],
            Feeds = config.Value?.ModelMetricsSources ?? [],
        };
        if (model.All is null)
            return Screen.Of<OverviewView, OverviewModel>("Overview", "overview", model);
        var over = await request.Api.AggregateAsync("", range.Since, interval: range.Interval);
        var breakdowns = new List<Breakdown>();
        foreach (var (key, title) in By)
            breakdowns.Add(new Breakdown(key, title, [.. (await request.Api.AggregateAsync("", range.Since, key)).Value?.Data.Take(MostGroups) ?? []]));
        return Screen.Of<OverviewView, OverviewModel>("Overview", "overview", model with
        {
            Histogram = HistogramModel.Of(over.Value?.Data ?? [], range, time.GetUtcNow(), (from, to) => Links.Requests($"since:{from.UtcDateTime:s}Z until:{to.UtcDateTime:s}Z", "all")),
            Breakdowns = breakdowns,
            Fallbacks = await CountAsync("fallback:true"),
            Decided = await CountAsync("-decided_by:none"),
            WithoutRoute = await CountAsync("route:none -decided_by:none"),
            LowConfidence = await CountAsync("confidence:<0.6"),
        });

        async Task<long> CountAsync(string filter) => (await request.Api.AggregateAsync(filter, range.Since)).Value?.Data is [var counted, ..] ? counted.Requests : 0;
    }
}
