using System.Runtime.CompilerServices;
using ModelScan.RoutingApi.RequestLog.Blocks;
using ModelScan.RoutingApi.RequestLog.Filters;
using ModelScan.RoutingApi.RequestLog.Records;
using ModelScan.RoutingApi.RequestLog.Stores;
using ModelScan.RoutingApi.RequestLog.Writing;

namespace ModelScan.RoutingApi.RequestLog.Reading;

/// <summary>Questions to the log. Each sees what was written before it was asked. Thread-safe.</summary>
internal sealed class RequestQueries(RequestLogWriter log)
{
    /// <summary>Records that an export reads at a time.</summary>
    private const int ExportPage = 1024;

    /// <summary>A page of records, the latest first.</summary>
    /// <param name="filter">Which ones.</param>
    /// <param name="most">How many at most.</param>
    /// <param name="whole">Whether what lies in no column is wanted, too.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="RequestStoreException">The log cannot be read at this moment.</exception>
    public async ValueTask<RequestPage> ListAsync(RequestFilter filter, int most, bool whole, CancellationToken cancellationToken)
    {
        await log.FlushAsync(cancellationToken);
        await using var reader = await Store.ReadAsync(cancellationToken);
        return await PageAsync(reader, filter, most, whole, cancellationToken);
    }

    /// <summary>One record whole, with what was said and what people say of it; <see langword="null"/> where there is none.</summary>
    /// <exception cref="RequestStoreException">The log cannot be read at this moment.</exception>
    public async ValueTask<RequestDetail?> FindAsync(RequestId id, CancellationToken cancellationToken)
    {
        await log.FlushAsync(cancellationToken);
        await using var reader = await Store.ReadAsync(cancellationToken);
        var page = await PageAsync(reader, RequestFilter.All.Since(id).Before(id.Next()), 1, whole: true, cancellationToken);
        if (page.Records is not [var record])
            return null;
        var feedback = await reader.FeedbackAsync(id, id, cancellationToken);
        return new RequestDetail(record, record.HasBody || record.HasInput ? await reader.BodyAsync(id, cancellationToken) : null, feedback is [var verdict] ? verdict : null);
    }

    /// <summary>All records that are meant, whole, the latest first; in constant memory, and without holding the store between two pages.</summary>
    /// <param name="filter">Which ones.</param>
    /// <param name="most">How many at most.</param>
    /// <param name="withInputs">Whether what decisions were made on is wanted, too.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="RequestStoreException">The log cannot be read at this moment.</exception>
    public async IAsyncEnumerable<RequestDetail> ReadAllAsync(RequestFilter filter, long most, bool withInputs, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await log.FlushAsync(cancellationToken);
        var left = most;
        while (left > 0)
        {
            var details = new List<RequestDetail>();
            RequestPage page;
            await using (var reader = await Store.ReadAsync(cancellationToken))
            {
                page = await PageAsync(reader, filter, (int)Math.Min(left, ExportPage), whole: true, cancellationToken);
                if (page.Records.Count == 0)
                    break;
                var verdicts = (await reader.FeedbackAsync(page.Records[^1].Id, page.Records[0].Id, cancellationToken)).ToDictionary(verdict => verdict.Id);
                foreach (var record in page.Records)
                    details.Add(new RequestDetail(record, withInputs && record.HasInput ? await reader.BodyAsync(record.Id, cancellationToken) : null, verdicts.GetValueOrDefault(record.Id)));
            }

            foreach (var detail in details)
                yield return detail;
            if (page.Next is not { } next)
                break;
            left -= page.Records.Count;
            filter = filter.Before(next);
        }
    }

    /// <summary>Counts, sums and quantiles of the records that are meant.</summary>
    /// <param name="filter">Which ones.</param>
    /// <param name="grouping">By what.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="RequestStoreException">The log cannot be read at this moment.</exception>
    /// <exception cref="InvalidRequestException">There would be too many groups.</exception>
    public async ValueTask<IReadOnlyList<RequestAggregate>> AggregateAsync(RequestFilter filter, AggregateGrouping grouping, CancellationToken cancellationToken)
    {
        await log.FlushAsync(cancellationToken);
        var aggregator = new Aggregator(grouping);
        await using var reader = await Store.ReadAsync(cancellationToken);
        var (view, state) = (new BlockView(), new FilterState(filter));
        foreach (var block in await reader.BlocksAsync(filter.From, filter.To, cancellationToken))
        {
            cancellationToken.ThrowIfCancellationRequested();
            view.Load(await reader.IndexAsync(block, cancellationToken));
            state.Begin(view);
            aggregator.Begin(view);
            for (var row = 0; row < view.Count; row++)
            {
                if (state.Matches(view, row))
                    aggregator.Add(view, row);
            }
        }

        return aggregator.Result();
    }

    /// <summary>Deletes the records that are meant, what was said in them, and what people said of them.</summary>
    /// <returns>How many went.</returns>
    /// <exception cref="RequestStoreException">The log cannot be changed at this moment; what went before that is gone.</exception>
    public async ValueTask<long> DeleteAsync(RequestFilter filter, CancellationToken cancellationToken)
    {
        await log.FlushAsync(cancellationToken);
        var deleted = 0L;
        var seen = new HashSet<long>();
        while (true)
        {
            // Blocks that are merged meanwhile come back under another number, and are looked at in the next round.
            BlockPlace[] blocks;
            await using (var reader = await Store.ReadAsync(cancellationToken))
                blocks = [.. (await reader.BlocksAsync(filter.From, filter.To, cancellationToken)).Where(block => !seen.Contains(block.Number))];
            if (blocks.Length == 0)
                return deleted;

            // Each in a turn of the writer's: requests go on being recorded in between.
            foreach (var block in blocks)
            {
                seen.Add(block.Number);
                try
                {
                    await log.ChangeAsync(async (store, token) => deleted += await RequestDeletion.DeleteAsync(store, block, filter, log.Writer, log.Clean, token), cancellationToken);
                }
                catch (RequestStoreException exception) when (exception.IsConflict)
                {
                    // Another gateway has put its records elsewhere, where the next round finds them.
                }
            }
        }
    }

    /// <summary>Notes what a person says of a decision.</summary>
    /// <exception cref="RequestStoreException">The log cannot be changed at this moment.</exception>
    public Task NoteAsync(RouteFeedback feedback, CancellationToken cancellationToken) =>
        log.ChangeAsync(async (store, token) => await store.WriteAsync(new StoreChange { Writer = log.Writer, Feedback = [feedback] }, token), cancellationToken);

    private IRequestStore Store => log.Store ?? throw new RequestStoreException(log.Problem ?? "the log of requests is off (request_log.store)");

    // Blocks overlap in time. They are looked at from the latest on, until no other can hold anything later than the earliest row of a full page.
    private static async ValueTask<RequestPage> PageAsync(IStoreReader reader, RequestFilter filter, int most, bool whole, CancellationToken cancellationToken)
    {
        var found = new PriorityQueue<RequestRecord, RequestId>(most + 1);
        var (view, state) = (new BlockView(), new FilterState(filter));
        var isMore = false;
        foreach (var block in await reader.BlocksAsync(filter.From, filter.To, cancellationToken))
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (found.Count == most && found.TryPeek(out _, out var earliest) && block.Last < earliest)
            {
                isMore = true;
                break;
            }

            view.Load(await reader.IndexAsync(block, cancellationToken));
            state.Begin(view);
            var hasDetail = false;
            for (var row = view.Count - 1; row >= 0; row--)
            {
                if (found.Count == most && found.TryPeek(out _, out var least) && view.Id(row) < least)
                {
                    // Whether anything lies behind the page is all there is to know yet.
                    isMore = isMore || state.Matches(view, row);
                    continue;
                }

                if (!state.Matches(view, row))
                    continue;
                if (whole && !hasDetail)
                {
                    view.LoadDetail(await reader.DetailAsync(block, cancellationToken));
                    hasDetail = true;
                }

                found.Enqueue(view.Record(row), view.Id(row));
                if (found.Count > most)
                {
                    found.Dequeue();
                    isMore = true;
                }
            }
        }

        var records = new RequestRecord[found.Count];
        for (var i = records.Length - 1; i >= 0; i--)
            records[i] = found.Dequeue();
        return new RequestPage(records, isMore && records.Length > 0 ? records[^1].Id : null);
    }
}

/// <summary>Records, the latest first.</summary>
/// <param name="Records">The records.</param>
/// <param name="Next">The next page holds what is earlier than this; <see langword="null"/> where there is nothing.</param>
internal sealed record RequestPage(IReadOnlyList<RequestRecord> Records, RequestId? Next);

/// <summary>A record, what was said in it, and what a person says of it.</summary>
internal sealed record RequestDetail(RequestRecord Record, RequestBody? Body, RouteFeedback? Feedback);
