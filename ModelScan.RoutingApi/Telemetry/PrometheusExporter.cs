using System.Collections.Concurrent;
using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Globalization;
using System.Reflection;
using System.Text;

namespace ModelScan.RoutingApi.Telemetry;

/// <summary>
/// Plano's metrics under Plano's names, for its dashboards: everything called <c>brightstaff_…</c> that this gateway measures; its
/// own, <c>modelscan.…</c>, written as Prometheus writes names; and what is known of the process. All of it, and OpenTelemetry's
/// metrics for generative AI, goes out over OTLP as well.
/// </summary>
/// <remarks>Our own because OpenTelemetry's exporter writes names by its rules, not Plano's, and has not left its trial.</remarks>
internal sealed class PrometheusExporter : IDisposable
{
    private const int Piece = 32 * 1024;

    private readonly MeterListener _listener = new();
    private readonly ConcurrentDictionary<Instrument, MetricSeries> _series = new();
    private readonly Lock _scrape = new();

    /// <summary>Begins to listen.</summary>
    /// <param name="isOurs">Whether a meter belongs to this gateway and not to another one in the same process.</param>
    public PrometheusExporter(Func<Meter, bool> isOurs)
    {
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if ((instrument.Name.StartsWith(TelemetryNames.PlanoPrefix, StringComparison.Ordinal) || instrument.Name.StartsWith(TelemetryNames.OwnPrefix, StringComparison.Ordinal)) && isOurs(instrument.Meter))
                listener.EnableMeasurementEvents(instrument, _series.GetOrAdd(instrument, static added => new MetricSeries(added)));
        };
        _listener.SetMeasurementEventCallback<long>(static (_, value, tags, series) => ((MetricSeries)series!).Record(value, tags));
        _listener.SetMeasurementEventCallback<int>(static (_, value, tags, series) => ((MetricSeries)series!).Record(value, tags));
        _listener.SetMeasurementEventCallback<double>(static (_, value, tags, series) => ((MetricSeries)series!).Record(value, tags));
        _listener.Start();
    }

    /// <summary>Writes the text that Prometheus scrapes, piece by piece: however many series there are, little of it is in memory at a time.</summary>
    public async Task WriteAsync(TextWriter writer, CancellationToken cancellationToken)
    {
        var text = new StringBuilder(2 * Piece);
        WriteObserved(text);
        foreach (var series in _series.Values.Where(series => !series.IsObserved).OrderBy(series => series.Name, StringComparer.Ordinal))
        {
            series.WriteHead(text);
            foreach (var writeLines in series.Lines)
            {
                writeLines(text);
                if (text.Length < Piece)
                    continue;
                await writer.WriteAsync(text, cancellationToken);
                text.Clear();
            }
        }

        WriteBuild(text);
        WriteProcess(text);
        await writer.WriteAsync(text, cancellationToken);
        await writer.FlushAsync(cancellationToken);
    }

    // Gauges tell their values now, and those of what is gone are gone. Whoever scrapes at the same time must not find them in between.
    private void WriteObserved(StringBuilder text)
    {
        lock (_scrape)
        {
            foreach (var series in _series.Values.Where(series => series.IsObserved))
                series.Clear();
            _listener.RecordObservableInstruments();
            foreach (var series in _series.Values.Where(series => series.IsObserved).OrderBy(series => series.Name, StringComparer.Ordinal))
            {
                series.WriteHead(text);
                foreach (var writeLines in series.Lines)
                    writeLines(text);
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _listener.Dispose();

    // "1.2.3+0123abc": the version, and the commit that the build was made from.
    private static void WriteBuild(StringBuilder text)
    {
        var informational = typeof(PrometheusExporter).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "";
        var plus = informational.IndexOf('+', StringComparison.Ordinal);
        var (version, commit) = plus < 0 ? (informational, "") : (informational[..plus], informational[(plus + 1)..]);
        text.Append("# HELP brightstaff_build_info The running build.\n# TYPE brightstaff_build_info gauge\n")
            .Append(CultureInfo.InvariantCulture, $"brightstaff_build_info{{version=\"{version}\",git_sha=\"{commit}\"}} 1\n");
    }

    private static void WriteProcess(StringBuilder text)
    {
        using var process = Process.GetCurrentProcess();
        Write("process_cpu_seconds_total", "counter", "Processor time used.", process.TotalProcessorTime.TotalSeconds);
        Write("process_resident_memory_bytes", "gauge", "Memory in use.", process.WorkingSet64);
        Write("process_threads", "gauge", "Threads.", process.Threads.Count);
        Write("process_start_time_seconds", "gauge", "Start, in seconds since 1970.", new DateTimeOffset(process.StartTime).ToUnixTimeMilliseconds() / 1000.0);

        void Write(string name, string kind, string help, double value) =>
            text.Append(CultureInfo.InvariantCulture, $"# HELP {name} {help}\n# TYPE {name} {kind}\n{name} {value:R}\n");
    }
}
