using System.CommandLine;
using System.Globalization;
using System.Net.Http.Headers;
using System.Net.ServerSentEvents;
using ModelScan.RoutingApi.Telemetry;

namespace ModelScan.RoutingApi.Cli;

/// <summary><c>logs [-f] [--filter …]</c>: the requests that a gateway has on record, the latest last; with <c>-f</c> those that come, too.</summary>
internal static class LogsCommand
{
    private const string DefaultGateway = "http://127.0.0.1:12000";
    private static readonly string[] Headings = ["time", "state", "asked", "model", "route", "why", "tokens", "cost USD", "ms"];

    public static Command Create(CommandOutput output)
    {
        var filter = new Option<string?>("--filter") { Description = "Which ones, such as 'route:code cost:>0.01 -state:completed since:1h'.", HelpName = "FILTER" };
        var follow = new Option<bool>("--follow", "-f") { Description = "Goes on with requests as they are recorded." };
        var limit = new Option<int>("--limit", "-n") { Description = "How many of the latest.", DefaultValueFactory = _ => 20 };
        var gateway = new Option<string?>("--gateway") { Description = $"The gateway's address; else MODELSCAN_URL, else {DefaultGateway}.", HelpName = "URL" };
        var json = new Option<bool>("--json") { Description = "Writes each as a line of JSON." };
        var command = new Command("logs", "Shows the requests that a gateway has on record. Its admin key, where it has one, is taken from MODELSCAN_ADMIN_KEY.") { filter, follow, limit, gateway, json };
        command.SetAction(async (result, cancellationToken) =>
        {
            var address = result.GetValue(gateway) ?? Environment.GetEnvironmentVariable("MODELSCAN_URL") ?? DefaultGateway;
            if (!Uri.TryCreate(address, UriKind.Absolute, out var url) || url.Scheme is not ("http" or "https"))
            {
                await output.Error.WriteLineAsync($"'{address}' is no http or https URL.");
                return ExitCode.Usage;
            }

            if (result.GetValue(limit) is < 0 or > 500)
            {
                await output.Error.WriteLineAsync("--limit must be from 0 to 500.");
                return ExitCode.Usage;
            }

            try
            {
                using var client = new HttpClient { BaseAddress = url, Timeout = Timeout.InfiniteTimeSpan };
                if (Environment.GetEnvironmentVariable("MODELSCAN_ADMIN_KEY") is { Length: > 0 } key)
                    client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", key);
                var rows = new Rows(output, result.GetValue(json));
                return await ShowAsync(client, rows, result.GetValue(filter), result.GetValue(limit), result.GetValue(follow), cancellationToken);
            }
            catch (Exception exception) when (exception is OperationCanceledException or IOException or HttpRequestException && cancellationToken.IsCancellationRequested)
            {
                return ExitCode.Success; // who follows ends that so
            }
            catch (IOException)
            {
                await output.Error.WriteLineAsync($"the gateway at {url} has ended the connection.");
                return ExitCode.Failure;
            }
            catch (HttpRequestException exception)
            {
                await output.Error.WriteLineAsync($"no gateway answers at {url}: {exception.Message} Start it, or name it with --gateway.");
                return ExitCode.Failure;
            }
        });
        return command;
    }

    private static async Task<int> ShowAsync(HttpClient client, Rows rows, string? filter, int limit, bool follows, CancellationToken cancellationToken)
    {
        var query = filter is null ? "" : $"filter={Uri.EscapeDataString(filter)}";

        // First the tail, then the list: what is recorded in between is in both, and shown once.
        using var tail = follows ? await client.GetAsync(new Uri($"/admin/requests/tail?{query}", UriKind.Relative), HttpCompletionOption.ResponseHeadersRead, cancellationToken) : null;
        if (tail is { IsSuccessStatusCode: false })
            return await rows.RefuseAsync(tail, cancellationToken);
        if (limit > 0)
        {
            using var list = await client.GetAsync(new Uri($"/admin/requests?limit={limit}&{query}", UriKind.Relative), cancellationToken);
            if (!list.IsSuccessStatusCode)
                return await rows.RefuseAsync(list, cancellationToken);
            using var document = JsonDocument.Parse(await list.Content.ReadAsStringAsync(cancellationToken));
            rows.Write(document.RootElement.GetProperty("data").EnumerateArray().Reverse());
        }

        if (tail is null)
            return ExitCode.Success;
        await using var stream = await tail.Content.ReadAsStreamAsync(cancellationToken);
        await foreach (var item in SseParser.Create(stream).EnumerateAsync(cancellationToken))
            rows.Write(item);
        return ExitCode.Success;
    }

    private sealed class Rows(CommandOutput output, bool asJson)
    {
        private readonly HashSet<string> _shown = [];

        public void Write(IEnumerable<JsonElement> records)
        {
            var rows = records.ToArray();
            foreach (var row in rows)
                _shown.Add(Text(row, "id"));
            if (!asJson)
            {
                output.Table(Headings, rows.Select(Cells));
                return;
            }

            foreach (var row in rows)
                output.Out.WriteLine(row.GetRawText());
        }

        public void Write(SseItem<string> item)
        {
            if (item.EventType == "gap")
            {
                output.Error.WriteLine($"some were left out: {item.Data}");
                return;
            }

            using var document = JsonDocument.Parse(item.Data);
            if (!_shown.Remove(Text(document.RootElement, "id")))
                output.Out.WriteLine(asJson ? item.Data : string.Join('\t', Cells(document.RootElement)));
        }

        public async Task<int> RefuseAsync(HttpResponseMessage response, CancellationToken cancellationToken)
        {
            var text = await response.Content.ReadAsStringAsync(cancellationToken);
            try
            {
                using var document = JsonDocument.Parse(text);
                text = document.RootElement.GetProperty("error").GetProperty("message").GetString();
            }
            catch (Exception exception) when (exception is JsonException or KeyNotFoundException or InvalidOperationException)
            {
                text = $"HTTP {(int)response.StatusCode}";
            }

            await output.Error.WriteLineAsync(text);
            return ExitCode.Failure;
        }

        private static string[] Cells(JsonElement row)
        {
            var tokens = row.TryGetProperty("usage", out var usage) ? $"{usage.GetProperty("input_tokens")}/{usage.GetProperty("output_tokens")}" : "-";
            var cost = row.GetProperty("cost");
            return
            [
                row.GetProperty("started").GetDateTimeOffset().ToLocalTime().ToString("HH:mm:ss", CultureInfo.InvariantCulture), $"{Text(row, "state")} {row.GetProperty("status")}", Text(row, "request_model"),
                Text(row, "model"), Text(row, "route"), Text(row, "why"), tokens,
                cost.TryGetProperty("total_usd", out var total) ? total.GetDecimal().ToString("0.######", CultureInfo.InvariantCulture) : Text(cost, "state"),
                row.GetProperty("duration_ms").GetDouble().ToString("0", CultureInfo.InvariantCulture),
            ];
        }

        private static string Text(JsonElement json, string name) => json.TryGetProperty(name, out var value) ? PlainText.Of(value.GetString() ?? "-") : "-";
    }
}
