using System.Collections.Immutable;
using System.Threading.Channels;
using ModelScan.RoutingApi.RequestLog.Blocks;
using ModelScan.RoutingApi.RequestLog.Filters;
using ModelScan.RoutingApi.RequestLog.Records;

namespace ModelScan.RoutingApi.RequestLog.Writing;

/// <summary>Brings records that have been written to those who watch, each through a filter of its own. Who is too slow is told how many it missed.</summary>
internal sealed class TailFeed
{
    /// <summary>Most who watch.</summary>
    public const int MaxWatchers = 64;

    private readonly BlockView _view = new();
    private ImmutableArray<Watcher> _watchers = [];

    /// <summary>Whether anybody watches.</summary>
    public bool IsWatched => !_watchers.IsEmpty;

    /// <summary>Begins to watch; dispose it to end that.</summary>
    /// <returns><see langword="null"/> where too many do.</returns>
    public Watcher? Watch(RequestFilter filter)
    {
        var watcher = new Watcher(this, filter);
        while (true)
        {
            var before = _watchers;
            if (before.Length >= MaxWatchers)
                return null;
            if (ImmutableInterlocked.InterlockedCompareExchange(ref _watchers, before.Add(watcher), before) == before)
                return watcher;
        }
    }

    /// <summary>A block has been written, of which everybody has seen some records before. Called by one thread.</summary>
    public void Publish(RecordBlock block, int before)
    {
        var watchers = _watchers;
        if (watchers.IsEmpty)
            return;
        _view.Load(block.Index);
        _view.LoadDetail(block.Detail);
        foreach (var watcher in watchers)
            watcher.Offer(_view, before);
    }

    /// <summary>Nothing will be written any more.</summary>
    public void Complete()
    {
        foreach (var watcher in _watchers)
            watcher.Complete();
    }

    /// <summary>Somebody who watches.</summary>
    internal sealed class Watcher(TailFeed feed, RequestFilter filter) : IDisposable
    {
        private const int MostWaiting = 1024;

        private readonly FilterState _state = new(filter);
        private readonly Channel<RequestRecord> _records = Channel.CreateBounded<RequestRecord>(new BoundedChannelOptions(MostWaiting) { SingleReader = true, SingleWriter = true });
        private long _missed;

        /// <summary>Records, in the order in which they were written.</summary>
        public ChannelReader<RequestRecord> Records => _records.Reader;

        /// <summary>How many were left out since this was asked last.</summary>
        public long TakeMissed() => Interlocked.Exchange(ref _missed, 0);

        public void Offer(BlockView view, int before)
        {
            _state.Begin(view);
            for (var row = before; row < view.Count; row++)
            {
                if (_state.Matches(view, row) && !_records.Writer.TryWrite(view.Record(row)))
                    Interlocked.Increment(ref _missed);
            }
        }

        public void Complete() => _records.Writer.TryComplete();

        public void Dispose()
        {
            ImmutableInterlocked.Update(ref feed._watchers, static (watchers, watcher) => watchers.Remove(watcher), this);
            Complete();
        }
    }
}
