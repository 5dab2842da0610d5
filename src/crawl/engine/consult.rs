//! Second opinions: a case that raises questions is parked until they are answered, then it is judged again.

use super::Engine;
use crate::classify::{Lookup, ProbePlan, read_probe};
use crate::crawl::case::{Case, Finding, Questions};
use crate::crawl::memory::{Memory, PROBE_MAX_AGE};
use crate::crawl::opinions::ProbeAnswer;
use crate::crawl::visit::{Aside, Purpose, Visit};
use crate::crawl::web::Web;
use crate::frontier::{HostId, Ticket};
use crate::ledger::LedgerError;
use crate::model::HostKey;
use crate::model::exchange::Exchange;

/// So many links of one host ending at one other address are taken for a sink.
const SINK: usize = 3;
/// Cases kept in memory to recognise sinks.
const MAX_LANDINGS: usize = 1_000;

impl<W: Web, M: Memory> Engine<W, M> {
    /// A case raises questions: they are asked, under the same politeness as everything, while it waits.
    pub(super) fn consult(&mut self, ticket: Ticket, mut case: Case, questions: Questions) -> Result<(), LedgerError> {
        let mut open = 0;
        for plan in questions.lookups {
            let Some(key) = HostKey::of(&plan.url) else { continue };
            let host = self.host(&key)?;
            let purpose = Purpose::Lookup(Aside { link: ticket, rule: plan.rule });
            self.ask_aside(host, purpose, plan.url);
            open += 1;
        }
        if let Some(plan) = questions.probe
            && let Some(key) = HostKey::of(&plan.url)
        {
            let host = self.host(&key)?;
            self.recall_probe(&plan)?;
            match self.opinions.want_probe(&plan.key, ticket, host) {
                ProbeAnswer::Known(probe) => case.probe = Some(probe),
                ProbeAnswer::Wait => open += 1,
                ProbeAnswer::Ask => {
                    open += 1;
                    let url = plan.url.clone();
                    self.ask_aside(host, Purpose::Probe(plan), url);
                }
                ProbeAnswer::Refused => {}
            }
        }
        if open == 0 {
            return self.judge_again(ticket, case);
        }
        self.opinions.park(ticket, case, open);
        Ok(())
    }

    /// A side lookup has ended, well or badly.
    pub(super) fn lookup_ended(&mut self, aside: &Aside, mut case: Case) -> Result<(), LedgerError> {
        let url = case.visit.listed.clone();
        let Some(exchange) = case.visit.attempts.pop() else { return Ok(()) };
        let lookup = Lookup { rule: aside.rule.clone(), url, exchange };
        let sent = case.visit.requests;
        let judged = self.opinions.answer(aside.link, |case| {
            case.lookups.push(lookup);
            case.visit.requests += sent;
        });
        judged.map_or(Ok(()), |case| self.judge_again(aside.link, case))
    }

    /// A probe has ended: every case that waits for it hears of it.
    pub(super) fn probe_ended(&mut self, plan: &ProbePlan, case: &Case) -> Result<(), LedgerError> {
        let Some(exchange) = case.visit.attempts.last() else { return Ok(()) };
        let probe = read_probe(plan, exchange, case.page());
        self.memory.keep_probe(&plan.key, &probe, self.clock.now())?;
        for ticket in self.opinions.probe_ended(&plan.key, probe.clone()) {
            if let Some(case) = self.opinions.answer(ticket, |case| case.probe = Some(probe.clone())) {
                self.judge_again(ticket, case)?;
            }
        }
        Ok(())
    }

    /// The questions are answered: there may be new ones, else there is a verdict.
    fn judge_again(&mut self, ticket: Ticket, mut case: Case) -> Result<(), LedgerError> {
        let assessment = case.assess();
        let questions = case.questions(&assessment);
        if !questions.is_empty() {
            return self.consult(ticket, case, questions);
        }
        let finding = case.close(assessment, self.clock.now());
        self.close(ticket, case, finding)
    }

    /// Closes a case, but for links that ended elsewhere: when several do at one place, that is a finding about all of them.
    pub(super) fn close(&mut self, ticket: Ticket, mut case: Case, finding: Finding) -> Result<(), LedgerError> {
        let Some(place) = self.landing(&case).filter(|_| finding.observation.assessment.state.is_alive()) else {
            return self.keep(ticket, finding);
        };
        if self.landings.len() >= MAX_LANDINGS && !self.landings.contains_key(&place) {
            return self.keep(ticket, finding);
        }
        // The page's facts suffice to judge it again; its body may be large.
        case.visit.forget_body();
        let gathered = self.landings.entry(place).or_default();
        gathered.push((ticket, case));
        if gathered.len() < SINK {
            return self.keep(ticket, finding);
        }
        let others = gathered.len() - 1;
        let now = self.clock.now();
        let mut findings = Vec::with_capacity(gathered.len());
        for (ticket, case) in gathered.iter_mut() {
            case.same_landing = others;
            findings.push((*ticket, case.close(case.assess(), now)));
        }
        findings.into_iter().try_for_each(|(ticket, finding)| self.keep(ticket, finding))
    }

    /// Where a link ended, when that is another address of the web than it began at.
    fn landing(&self, case: &Case) -> Option<(HostId, String)> {
        let landed =
            case.visit.attempts.last().filter(|exchange| exchange.hops.len() > 1).and_then(Exchange::final_url)?;
        let host = self.scheduler.known(HostKey::of(&case.visit.listed)?.as_str())?;
        (landed != case.visit.listed.as_str()).then(|| (host, landed.to_owned()))
    }

    /// What an earlier run found out need not be found out again.
    fn recall_probe(&mut self, plan: &ProbePlan) -> Result<(), LedgerError> {
        if self.opinions.knows_probe(&plan.key) {
            return Ok(());
        }
        let oldest = self.clock.now().checked_sub(PROBE_MAX_AGE).unwrap_or(jiff::Timestamp::MIN);
        if let Some(probe) = self.memory.probe(&plan.key, oldest)? {
            self.opinions.remember_probe(&plan.key, probe);
        }
        Ok(())
    }

    fn ask_aside(&mut self, host: HostId, purpose: Purpose, url: url::Url) {
        let special = self.special_ticket();
        let visit = Visit::new(purpose, url, &self.policy.limits);
        self.cases.insert(special, Case::new(visit, None));
        let now = self.clock.elapsed();
        self.scheduler.push_begun(host, special, now);
    }
}
